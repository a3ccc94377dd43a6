// File systems: what reaches them of a mount's options, and what a container has of them.
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys_error.h"
#include "cases/support/isolation.h"
#include "cases/support/mounts.h"
#include "cases/support/own_mounts.h"
#include "harness/case.h"

namespace runproof {
namespace {

using testing::AllOf;
using testing::Contains;

Config with_tmpfs(const std::vector<std::string>& options) {
  return Config::minimal({}).mount({.destination = "/fresh", .type = "tmpfs", .source = "tmpfs", .options = options});
}

/// Mounts our own message queues. Under OwnMounts.
std::filesystem::path mount_mqueue(const std::filesystem::path& point) {
  std::filesystem::create_directory(point);
  if (::mount("mqueue", point.c_str(), "mqueue", 0, nullptr) != 0) throw base::SysError("mount mqueue");
  return point;
}

}  // namespace

CONFORMANCE_CASE(mounts, tmpfs_basic, .clause = "config.md#posix-platform-mounts", .level = descr,
                 .claim = "a tmpfs is there, empty and writable", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1", "config:set:/mounts/1/options=[\"ro\"]"}) {
  Serving box = serving(with_tmpfs({}));

  EXPECT_EQ(mount_at(box, "/fresh").type, "tmpfs");
  EXPECT_THAT(box.ask({"ls", "/fresh"}), Field("entries", Json::array()));
  EXPECT_THAT(box.ask({"write", "/fresh/new", "x"}), Field("written", 1));
  EXPECT_THAT(box.ask({"read", "/fresh/new"}), Field("text", "x"));
}

CONFORMANCE_CASE(mounts, tmpfs_size, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "size= limits a tmpfs", .needs = {need::root},
                 .faults = {"mount_data_dropped", "config:set:/mounts/1/options/0=\"size=8k\""}) {
  Serving box = serving(with_tmpfs({"size=4k"}));

  EXPECT_THAT(mount_at(box, "/fresh").super_options, Contains("size=4k"));
  EXPECT_THAT(box.ask({"write", "/fresh/one-page", std::string(4096, 'x')}), Field("written", 4096));
  EXPECT_THAT(box.ask({"write", "/fresh/one-more", "x"}), Field("errno", "ENOSPC"));
}

CONFORMANCE_CASE(mounts, tmpfs_size_userns, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "size= limits a tmpfs in a user namespace, too", .needs = {need::root, need::user_namespaces},
                 .faults = {"mount_data_dropped", "config:set:/mounts/1/options/0=\"size=8k\""}) {
  Serving box = serving(with_user_namespace(with_tmpfs({"size=4k"})));

  EXPECT_THAT(mount_at(box, "/fresh").super_options, Contains("size=4k"));
  EXPECT_THAT(box.ask({"write", "/fresh/one-page", std::string(4096, 'x')}), Field("written", 4096));
  EXPECT_THAT(box.ask({"write", "/fresh/one-more", "x"}), Field("errno", "ENOSPC"));
}

CONFORMANCE_CASE(mounts, tmpfs_mode_explicit, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "mode= is the mode of the tmpfs, and the directory that it covers keeps its own",
                 .needs = {need::root},
                 .faults = {"mount_data_dropped", "config:set:/mounts/1/options/0=\"mode=0755\""}) {
  Bundle& bundle = bare_bundle();
  std::filesystem::permissions(bundle.file("tmp"), std::filesystem::perms{0750});
  write(bundle, Config::minimal({"/probe", "stat", "/tmp"})
                    .mount({.destination = "/tmp", .type = "tmpfs", .source = "tmpfs", .options = {"mode=1711"}}));
  Container box = container(bundle);

  EXPECT_THAT(played(box).of("stat"), Field("/~1tmp/mode", 01711));
  EXPECT_EQ(std::filesystem::status(bundle.file("tmp")).permissions(), std::filesystem::perms{0750});
}

CONFORMANCE_CASE(mounts, tmpfs_ro, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "a tmpfs with ro cannot be written to", .needs = {need::root},
                 .faults = {"mount_flags_dropped"}) {
  Serving box = serving(with_tmpfs({"ro", "size=4k"}));

  EXPECT_THAT(mount_at(box, "/fresh").options, Contains("ro"));
  EXPECT_THAT(box.ask({"write", "/fresh/new", "x"}), Field("errno", "EROFS"));
}

CONFORMANCE_CASE(mounts, tmpcopyup, .clause = "config.md#linux-mount-options", .level = may,
                 .claim = "tmpcopyup copies what the tmpfs covers into it, with its modes", .needs = {need::root},
                 .features = {"mount_option.tmpcopyup"}, .faults = {"copy_up_dropped"}) {
  Bundle& bundle = bare_bundle();
  base::write_file(bundle.file("tmp/text"), "covered", 0640);
  write(bundle,
        Config::minimal({"/probe", "read", "/tmp/text", "+", "stat", "/tmp/text", "+", "write", "/tmp/text", "new"})
            .mount({.destination = "/tmp", .type = "tmpfs", .source = "tmpfs", .options = {"tmpcopyup"}}));
  Container box = container(bundle);

  const Replies said = played(box);

  EXPECT_THAT(said.of("read"), Field("text", "covered"));
  EXPECT_THAT(said.of("stat"), Field("/~1tmp~1text/mode", 0640));
  EXPECT_THAT(said.of("write"), Field("written", 3));
  EXPECT_EQ(base::read_file(bundle.file("tmp/text")), "covered");
}

CONFORMANCE_CASE(mounts, tmpcopyup_large, .clause = "config.md#linux-mount-options", .level = may,
                 .claim = "tmpcopyup copies directories, links and owners, however deep", .needs = {need::root},
                 .features = {"mount_option.tmpcopyup"}, .faults = {"copy_up_dropped"}) {
  Bundle& bundle = bare_bundle();
  std::filesystem::create_directories(bundle.file("tmp/one/two"));
  base::write_file(bundle.file("tmp/one/two/large"), std::string(100'000, 'x'));
  std::filesystem::create_symlink("/no/where", bundle.file("tmp/one/link"));
  ASSERT_EQ(::lchown(bundle.file("tmp/one/link").c_str(), 7, 8), 0);
  ASSERT_EQ(::chown(bundle.file("tmp/one/two").c_str(), 5, 6), 0);
  write(bundle, Config::minimal({"/probe", "stat", "/tmp/one/two", "/tmp/one/two/large", "/tmp/one/link", "+",
                                 "readlink", "/tmp/one/link"})
                    .mount({.destination = "/tmp", .type = "tmpfs", .source = "tmpfs", .options = {"tmpcopyup"}}));
  Container box = container(bundle);

  const Replies said = played(box);

  EXPECT_THAT(said.of("stat").at("/tmp/one/two"), AllOf(Field("uid", 5), Field("gid", 6)));
  EXPECT_THAT(said.of("stat").at("/tmp/one/two/large"), Field("size", 100'000));
  EXPECT_THAT(said.of("stat").at("/tmp/one/link"), AllOf(Field("uid", 7), Field("gid", 8)));
  EXPECT_THAT(said.of("readlink"), Field("/~1tmp~1one~1link", "/no/where"));
}

CONFORMANCE_CASE(
    mounts, overlay, .clause = "config.md#linux-mount-options", .level = should,
    .claim = "an overlay gets its directories from the options: it shows the lower one and writes to the upper one",
    .needs = {need::root, need::overlayfs}, .faults = {"mount_data_dropped", "config:drop:/mounts/1"}) {
  const auto directory = [this](const std::string& name) { return (scratch() / name).string(); };
  for (const char* name : {"lower", "upper", "work"}) std::filesystem::create_directory(directory(name));
  base::write_file(scratch() / "lower/text", "of the lower");
  Serving box =
      serving(Config::minimal({}).mount({.destination = "/layered",
                                         .type = "overlay",
                                         .source = "overlay",
                                         .options = {"lowerdir=" + directory("lower"), "upperdir=" + directory("upper"),
                                                     "workdir=" + directory("work")}}));

  EXPECT_EQ(mount_at(box, "/layered").type, "overlay");
  EXPECT_THAT(box.ask({"read", "/layered/text"}), Field("text", "of the lower"));
  EXPECT_THAT(box.ask({"write", "/layered/new", "x"}), Field("written", 1));
  EXPECT_EQ(base::read_file(scratch() / "upper/new"), "x");
}

CONFORMANCE_CASE(mounts, proc, .clause = "config-linux.md#default-filesystems", .level = should,
                 .claim = "proc is mounted where it is asked for, and shows the container's processes",
                 .needs = {need::root}, .faults = {"config:drop:/mounts/0", "config:set:/mounts/0/type=\"tmpfs\""}) {
  Serving box = serving();

  EXPECT_EQ(mount_at(box, "/proc").type, "proc");
  EXPECT_THAT(box.ask({"stat", "/proc"}), Field("/~1proc/mode", 0555));
  EXPECT_THAT(box.ask({"readlink", "/proc/self"}), Field("/~1proc~1self", "1"));
}

CONFORMANCE_CASE(mounts, no_proc, .clause = "config.md#mounts", .level = descr,
                 .claim = "a container without mounts runs, and nothing is mounted that was not asked for",
                 .needs = {need::root},
                 .faults = {"config:set:/mounts=[{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}]"}) {
  const Json listing = ask(Config::minimal({}).drop("/mounts"), {"/probe", "ls", "/proc"});

  EXPECT_THAT(listing, Field("entries", Json::array()));
}

CONFORMANCE_CASE(mounts, devpts, .clause = "config-linux.md#default-filesystems", .level = should,
                 .claim = "a devpts is an instance of its own: no terminal of the host is in it", .needs = {need::root},
                 .faults = {"config:drop:/mounts/2", "mount_data_dropped"}) {
  Serving box =
      serving(Config::minimal({})
                  .mount({.destination = "/dev", .type = "tmpfs", .source = "tmpfs", .options = {"nosuid", "mode=755"}})
                  .mount({.destination = "/dev/pts",
                          .type = "devpts",
                          .source = "devpts",
                          .options = {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"}}));

  EXPECT_THAT(mount_at(box, "/dev/pts").super_options, Contains("ptmxmode=666"));
  EXPECT_EQ(mount_at(box, "/dev/pts").type, "devpts");
  EXPECT_THAT(box.ask({"ls", "/dev/pts"}), Field("entries", Json::array({"ptmx"})));
}

CONFORMANCE_CASE(mounts, mqueue, .clause = "config.md#posix-platform-mounts", .level = descr,
                 .claim = "an mqueue shows the message queues of the container's IPC namespace", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1", "config:drop:/linux/namespaces/1"}) {
  const OwnMounts ours;
  const std::filesystem::path queues_of_host = mount_mqueue(scratch() / "queues");
  const std::string queue = fresh_id();
  Serving box = serving(Config::minimal({}).mount({.destination = "/queues", .type = "mqueue", .source = "mqueue"}));

  EXPECT_EQ(mount_at(box, "/queues").type, "mqueue");
  box.ask({"mark", "/queues/" + queue});
  EXPECT_THAT(box.ask({"ls", "/queues"}), Field("entries", Json::array({queue})));
  EXPECT_FALSE(std::filesystem::remove(queues_of_host / queue)) << "it is one of the host's";
}

CONFORMANCE_CASE(mounts, cgroup_bad_option, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "an option of a cgroup mount that the kernel does not know is an error",
                 .needs = {need::root, need::cgroup_v2, need::cgroup_namespaces},
                 .faults = {"config:set:/mounts/1/options/0=\"nosuid\""}) {
  const Mount cgroup = {
      .destination = "/sys/fs/cgroup", .type = "cgroup", .source = "cgroup", .options = {"no_such_option"}};

  EXPECT_THAT(container(Config::minimal({"/probe", "true"}).with_new(Namespace::cgroup).mount(cgroup)).create(),
              FailsCleanly());
}

CONFORMANCE_CASE(mounts, unknown_option_as_data, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "what is no option of the runtime goes to the file system, which takes it or refuses it",
                 .needs = {need::root}, .faults = {"mount_data_dropped"}) {
  Serving box = serving(with_tmpfs({"nr_inodes=17"}));

  EXPECT_THAT(mount_at(box, "/fresh").super_options, Contains("nr_inodes=17"));
  EXPECT_THAT(container(with_tmpfs({"no_such_option"}).args({"/probe", "true"})).create(), FailsCleanly());
}

CONFORMANCE_CASE(mounts, custom_option_mount8, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "an option that mount(8) keeps to itself does not reach the file system",
                 .needs = {need::root}, .faults = {"config:set:/mounts/1/options/0=\"no_such_option\""}) {
  Serving box = serving(with_tmpfs({"nofail", "_netdev", "x-of.ours=1"}));

  EXPECT_EQ(mount_at(box, "/fresh").type, "tmpfs");
}

}  // namespace runproof
