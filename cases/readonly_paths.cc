// config-linux.md#readonly-paths.
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "cases/support/files.h"
#include "cases/support/told.h"
#include "harness/case.h"
#include "harness/observe/mountinfo.h"

namespace runproof {

namespace {

Config read_only(const std::vector<std::string>& paths) {
  return Config::minimal({}).set("/linux/readonlyPaths", paths);
}

bool is_read_only_mount(const Container& box, std::string_view point) {
  const auto mounts = mounts_of(box.pid()).value_or(std::vector<MountEntry>{});
  const MountEntry* found = find_mount(mounts, point);
  return found != nullptr && found->has("ro");
}

}  // namespace

CONFORMANCE_CASE(readonly, file, .clause = "config-linux.md#readonly-paths", .level = descr,
                 .claim = "a read-only file can be read and not written", .needs = {need::root},
                 .faults = {"make_paths_readonly"}) {
  Serving box = container_to_serve(read_only({"/fixed"}));
  put_file(box.bundle(), "/fixed");

  require(box.create());
  box.serve();

  EXPECT_THAT(box.ask({"write", "--existing", "/fixed", "new"}), Field("errno", "EROFS"));
  EXPECT_THAT(box.ask({"read", "/fixed"}), Field("text", "text"));
  EXPECT_TRUE(is_read_only_mount(box, "/fixed"));
}

CONFORMANCE_CASE(readonly, dir, .clause = "config-linux.md#readonly-paths", .level = descr,
                 .claim = "nothing can be made or changed in a read-only directory", .needs = {need::root},
                 .faults = {"make_paths_readonly"}) {
  Serving box = container_to_serve(read_only({"/fixed"}));
  put_file(box.bundle(), "/fixed/old");

  require(box.create());
  box.serve();

  EXPECT_THAT(box.ask({"write", "/fixed/new", "new"}), Field("errno", "EROFS"));
  EXPECT_THAT(box.ask({"write", "--existing", "/fixed/old", "new"}), Field("errno", "EROFS"));
  EXPECT_THAT(box.ask({"read", "/fixed/old"}), Field("text", "text"));
  EXPECT_THAT(box.ask({"write", "/tmp/new", "new"}), Field("written", 3));
  EXPECT_TRUE(is_read_only_mount(box, "/fixed"));
}

CONFORMANCE_CASE(readonly, nested, .clause = "config-linux.md#readonly-paths", .level = descr,
                 .claim = "read-only files and directories may lie in each other", .needs = {need::root},
                 .faults = {"config:drop:/linux/readonlyPaths/0", "config:drop:/linux/readonlyPaths/1"}) {
  Serving box = container_to_serve(read_only({"/top/one", "/top/inner", "/top/inner/two"}));
  put_file(box.bundle(), "/top/one");
  put_file(box.bundle(), "/top/inner/two");
  put_file(box.bundle(), "/top/inner/three");

  require(box.create());
  box.serve();

  EXPECT_THAT(box.ask({"write", "--existing", "/top/one", "new"}), Field("errno", "EROFS"));
  EXPECT_THAT(box.ask({"write", "--existing", "/top/inner/two", "new"}), Field("errno", "EROFS"));
  EXPECT_THAT(box.ask({"write", "--existing", "/top/inner/three", "new"}), Field("errno", "EROFS"));
  EXPECT_THAT(box.ask({"write", "/top/new", "new"}), Field("written", 3));
}

CONFORMANCE_CASE(readonly, relative, .clause = "config-linux.md#readonly-paths", .level = must,
                 .claim = "a read-only path that is not absolute is an error",
                 .faults = {"config:drop:/linux/readonlyPaths"}) {
  Container box = container(read_only({"fixed"}).args({"/probe", "true"}));
  put_file(box.bundle(), "/fixed");

  EXPECT_THAT(box.create(), FailsCleanly());
}

namespace {

struct ReadOnlyNode {
  std::string_view name;
  mode_t mode;
  dev_t number;
};
const ReadOnlyNode kReadOnlyNodes[] = {
    {"char", S_IFCHR, makedev(1, 3)}, {"block", S_IFBLK, makedev(7, 99)}, {"fifo", S_IFIFO, makedev(0, 0)}};

}  // namespace

CONFORMANCE_CASE_FOR(readonly, device_node, node, kReadOnlyNodes, .clause = "config-linux.md#readonly-paths",
                     .level = descr, .claim = "a read-only device or FIFO is a read-only mount", .needs = {need::root},
                     .faults = {"make_paths_readonly"}) {
  Serving box = container_to_serve(read_only({"/node"}));
  make_node(box.bundle(), "/node", node.mode | 0666, node.number);

  require(box.create());
  box.serve();

  EXPECT_TRUE(is_read_only_mount(box, "/node"));
}

CONFORMANCE_CASE(readonly, proc_paths, .clause = "config-linux.md#readonly-paths", .level = descr,
                 .claim = "the paths that engines make read-only are, and those that this kernel lacks are no error",
                 .needs = {need::root}, .faults = {"make_paths_readonly"}) {
  Serving box = serving(read_only(
      {"/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger", "/no/such/path"}));

  EXPECT_THAT(box.ask({"write", "--existing", "/proc/sys/kernel/hostname", "new"}), Field("errno", "EROFS"));
  EXPECT_TRUE(is_read_only_mount(box, "/proc/sys") && is_read_only_mount(box, "/proc/irq"));
}

}  // namespace runproof
