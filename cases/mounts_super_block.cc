// Mount options of the file system as a whole. Those without an effect that can be seen must at least be taken for what
// they are: tmpfs refuses words that it does not know.
#include <gmock/gmock.h>

#include "cases/support/mounts.h"
#include "harness/case.h"

namespace runproof {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Not;

}  // namespace

CONFORMANCE_CASE(mounts, opt_sync, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "on a file system with sync writes go through at once", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/0"}) {
  Serving box = serving(with_options(scratch(), {"sync"}));

  EXPECT_THAT(mount_at(box, kFresh).super_options, Contains("sync"));
}

CONFORMANCE_CASE(mounts, opt_async, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "async after sync takes it back", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/1"}) {
  Serving box = serving(with_options(scratch(), {"sync", "async"}));

  EXPECT_THAT(mount_at(box, kFresh).super_options, Not(Contains("sync")));
}

CONFORMANCE_CASE(mounts, opt_dirsync, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "on a file system with dirsync changes of directories go through at once",
                 .needs = {need::root}, .faults = {"config:drop:/mounts/1/options/0"}) {
  Serving box = serving(with_options(scratch(), {"dirsync"}));

  EXPECT_THAT(mount_at(box, kFresh).super_options, Contains("dirsync"));
}

CONFORMANCE_CASE(mounts, opt_lazytime, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "on a file system with lazytime times are written back late", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/0"}) {
  Serving box = serving(with_options(scratch(), {"lazytime"}));

  EXPECT_THAT(mount_at(box, kFresh).super_options, Contains("lazytime"));
}

CONFORMANCE_CASE(mounts, opt_nolazytime, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "nolazytime after lazytime takes it back", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/1"}) {
  Serving box = serving(with_options(scratch(), {"lazytime", "nolazytime"}));

  EXPECT_THAT(mount_at(box, kFresh).super_options, Not(Contains("lazytime")));
}

CONFORMANCE_CASE(mounts, opt_defaults, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "defaults is taken: rw, suid, dev, exec", .needs = {need::root},
                 .faults = {"config:set:/mounts/1/options/0=\"noexec\"",
                            "config:set:/mounts/1/options/0=\"no_such_option\""}) {
  Serving box = serving(with_options(scratch(), {"defaults"}));

  EXPECT_EQ(mount_at(box, kFresh).type, "tmpfs");
  EXPECT_THAT(box.ask({"write", "/fresh/new", "x"}), Field("written", 1));
  EXPECT_THAT(mount_at(box, kFresh).options,
              AllOf(Not(Contains("ro")), Not(Contains("nosuid")), Not(Contains("nodev")), Not(Contains("noexec"))));
}

CONFORMANCE_CASE(mounts, opt_silent, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "silent is taken, and does not go to the file system", .needs = {need::root},
                 .faults = {"config:set:/mounts/1/options/0=\"no_such_option\""}) {
  Serving box = serving(with_options(scratch(), {"silent"}));

  EXPECT_EQ(mount_at(box, kFresh).type, "tmpfs");
  EXPECT_THAT(box.ask({"write", "/fresh/new", "x"}), Field("written", 1));
}

CONFORMANCE_CASE(mounts, opt_loud, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "loud is taken, and does not go to the file system", .needs = {need::root},
                 .faults = {"config:set:/mounts/1/options/1=\"no_such_option\""}) {
  Serving box = serving(with_options(scratch(), {"silent", "loud"}));

  EXPECT_EQ(mount_at(box, kFresh).type, "tmpfs");
  EXPECT_THAT(box.ask({"write", "/fresh/new", "x"}), Field("written", 1));
}

CONFORMANCE_CASE(mounts, opt_iversion, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "iversion is taken, and does not go to the file system", .needs = {need::root},
                 .faults = {"config:set:/mounts/1/options/0=\"no_such_option\""}) {
  Serving box = serving(with_options(scratch(), {"iversion"}));

  EXPECT_EQ(mount_at(box, kFresh).type, "tmpfs");
  EXPECT_THAT(box.ask({"write", "/fresh/new", "x"}), Field("written", 1));
}

CONFORMANCE_CASE(mounts, opt_noiversion, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "noiversion is taken, and does not go to the file system", .needs = {need::root},
                 .faults = {"config:set:/mounts/1/options/1=\"no_such_option\""}) {
  Serving box = serving(with_options(scratch(), {"iversion", "noiversion"}));

  EXPECT_EQ(mount_at(box, kFresh).type, "tmpfs");
  EXPECT_THAT(box.ask({"write", "/fresh/new", "x"}), Field("written", 1));
}

CONFORMANCE_CASE(mounts, opt_mand, .clause = "config.md#linux-mount-options", .level = may,
                 .claim = "mand is taken, though the kernel does nothing with it any more", .needs = {need::root},
                 .faults = {"config:set:/mounts/1/options/0=\"no_such_option\""}) {
  Serving box = serving(with_options(scratch(), {"mand"}));

  EXPECT_EQ(mount_at(box, kFresh).type, "tmpfs");
  EXPECT_THAT(box.ask({"write", "/fresh/new", "x"}), Field("written", 1));
}

CONFORMANCE_CASE(mounts, opt_nomand, .clause = "config.md#linux-mount-options", .level = may,
                 .claim = "nomand is taken, and does not go to the file system", .needs = {need::root},
                 .faults = {"config:set:/mounts/1/options/1=\"no_such_option\""}) {
  Serving box = serving(with_options(scratch(), {"mand", "nomand"}));

  EXPECT_EQ(mount_at(box, kFresh).type, "tmpfs");
  EXPECT_THAT(box.ask({"write", "/fresh/new", "x"}), Field("written", 1));
}

}  // namespace runproof
