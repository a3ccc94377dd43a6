// The members of a mount entry: destination, source, type; and the order of the entries.
#include <gmock/gmock.h>

#include "base/file.h"
#include "cases/support/mounts.h"
#include "harness/case.h"

namespace runproof {
CONFORMANCE_CASE(mounts, order, .clause = "config.md#mounts", .level = must,
                 .claim = "mounts are made in the listed order: a later one lies on an earlier one",
                 .needs = {need::root}, .faults = {"mounts_reversed"}) {
  Serving box = serving(with_mount({.destination = "/outer", .type = "tmpfs", .source = "tmpfs"})
                            .mount({.destination = "/outer/inner", .type = "tmpfs", .source = "tmpfs"}));

  EXPECT_EQ(mount_at(box, "/outer/inner").parent, mount_at(box, "/outer").id);
}

CONFORMANCE_CASE(mounts, destination_relative, .clause = "config.md#mounts", .level = must,
                 .claim = "a relative destination is taken from /, whatever the program's directory is",
                 .needs = {need::root},
                 .faults = {"config:set:/mounts/1/destination=\"/tmp/relative\"", "config:drop:/mounts/1"},
                 .since = "1.1.0") {
  Serving box = serving(
      with_mount({.destination = "relative", .type = "tmpfs", .source = "tmpfs"}).oci_version("1.1.0").cwd("/tmp"));

  EXPECT_EQ(mount_at(box, "/relative").type, "tmpfs");
  EXPECT_FALSE(is_mounted(box, "/tmp/relative"));
}

CONFORMANCE_CASE(mounts, source_relative, .clause = "config.md#mounts", .level = descr,
                 .claim = "a relative source of a bind is taken from the bundle", .needs = {need::root},
                 .faults = {"config:set:/mounts/1/source=\"rootfs\""}) {
  Bundle& bundle = bare_bundle();
  base::write_file(bundle.path() / "beside-config", "of the bundle");
  write(bundle, with_mount({.destination = "/bound", .type = "", .source = "beside-config", .options = {"bind"}})
                    .args({"/probe", "read", "/bound"}));
  Container box = container(bundle);

  EXPECT_THAT(played(box).of("read"), Field("text", "of the bundle"));
}

CONFORMANCE_CASE(mounts, source_missing, .clause = "runtime.md#create", .level = must,
                 .claim = "a bind of a source that is not there is an error", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1", "config:set:/mounts/1/source=\"rootfs\""}) {
  EXPECT_THAT(
      container(with_mount({.destination = "/bound", .type = "", .source = "/no/such/source", .options = {"bind"}}))
          .create(),
      FailsCleanly());
}

CONFORMANCE_CASE(mounts, type_unknown, .clause = "runtime.md#create", .level = must,
                 .claim = "a mount of a file system that the kernel does not know is an error", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1", "config:set:/mounts/1/type=\"tmpfs\""}) {
  EXPECT_THAT(container(with_mount({.destination = "/fresh", .type = "no_such_fs", .source = "none"})).create(),
              FailsCleanly());
}

CONFORMANCE_CASE(mounts, source_unset, .clause = "config.md#mounts", .level = descr,
                 .claim = "a file system without a device needs no source", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1", "config:set:/mounts/1/type=\"no_such_fs\""}) {
  Serving box = serving(with_mount({.destination = "/fresh", .type = "tmpfs"}));

  EXPECT_EQ(mount_at(box, "/fresh").type, "tmpfs");
}

CONFORMANCE_CASE(mounts, type_unset_bind, .clause = "config.md#posix-platform-mounts", .level = descr,
                 .claim = "a bind needs no type", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1", "config:drop:/mounts/1/options"}) {
  furnish(scratch() / "source");
  Serving box = serving(with_mount(
      {.destination = "/bound", .type = "", .source = (scratch() / "source").string(), .options = {"rbind"}}));

  EXPECT_THAT(box.ask({"read", "/bound/text"}), Field("text", "of the host"));
}

CONFORMANCE_CASE(mounts, bind_dir, .clause = "config.md#mounts", .level = descr,
                 .claim = "a bind shows a directory of the host, whatever its type says", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1", "config:set:/mounts/1/options=[]"}) {
  furnish(scratch() / "source");
  Serving box = serving(with_mount(
      {.destination = "/bound", .type = "tmpfs", .source = (scratch() / "source").string(), .options = {"bind"}}));

  EXPECT_THAT(box.ask({"read", "/bound/text"}), Field("text", "of the host"));
  EXPECT_THAT(bound(box, scratch()).make_file(), Field("written", 1));
  EXPECT_TRUE(bound(box, scratch()).has_new_file());
}

CONFORMANCE_CASE(mounts, bind_file, .clause = "config.md#mounts", .level = descr,
                 .claim = "a bind shows a file of the host: what is written to it is written there",
                 .needs = {need::root}, .faults = {"config:drop:/mounts/1", "config:set:/mounts/1/options/-=\"ro\""}) {
  const auto file = scratch() / "file";
  base::write_file(file, "of the host");
  Serving box =
      serving(with_mount({.destination = "/bound", .type = "", .source = file.string(), .options = {"bind"}}));

  EXPECT_THAT(box.ask({"read", "/bound"}), Field("text", "of the host"));
  EXPECT_THAT(box.ask({"write", "--existing", "/bound", "OF"}), Field("written", 2));
  EXPECT_EQ(base::read_file(file), "OF the host");
}

CONFORMANCE_CASE(mounts, opt_bind, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "bind shows the source alone, without what is mounted below it", .needs = {need::root},
                 .faults = {"config:set:/mounts/1/options/0=\"rbind\"", "config:drop:/mounts/1"}) {
  const OwnMounts ours;
  const auto source = furnished_tree(scratch());
  Serving box =
      serving(with_mount({.destination = "/bound", .type = "", .source = source.string(), .options = {"bind"}}));

  EXPECT_THAT(box.ask({"read", "/bound/text"}), Field("text", "of the host"));
  EXPECT_FALSE(is_mounted(box, "/bound/below"));
  EXPECT_THAT(box.ask({"ls", "/bound/below"}), Field("entries", Json::array()));
}

CONFORMANCE_CASE(mounts, opt_rbind, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "rbind shows the source with all that is mounted below it", .needs = {need::root},
                 .faults = {"bind_never_recursive"}) {
  const OwnMounts ours;
  const auto source = furnished_tree(scratch());
  Serving box =
      serving(with_mount({.destination = "/bound", .type = "", .source = source.string(), .options = {"rbind"}}));

  EXPECT_TRUE(is_mounted(box, "/bound/below"));
  EXPECT_THAT(box.ask({"read", "/bound/below/text"}), Field("text", "of the host"));
}

CONFORMANCE_CASE(mounts, opt_remount, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "remount changes the options of the mount that is there", .needs = {need::root},
                 .faults = {"config:drop:/mounts/2", "config:drop:/mounts/2/options/1"}) {
  Serving box =
      serving(with_mount({.destination = "/fresh", .type = "tmpfs", .source = "first"})
                  .mount({.destination = "/fresh", .type = "tmpfs", .source = "second", .options = {"remount", "ro"}}));

  EXPECT_EQ(mount_at(box, "/fresh").source, "first");
  EXPECT_THAT(mount_at(box, "/fresh").options, testing::Contains("ro"));
  EXPECT_THAT(box.ask({"write", "/fresh/new", "x"}), Field("errno", "EROFS"));
}

}  // namespace runproof
