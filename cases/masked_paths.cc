// config-linux.md#masked-paths.
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/file.h"
#include "cases/support/files.h"
#include "cases/support/hooked.h"
#include "cases/support/told.h"
#include "cases/support/usual_mounts.h"
#include "harness/case.h"

namespace runproof {

using testing::IsEmpty;

namespace {

Config masking(const std::vector<std::string>& paths) { return Config::minimal({}).set("/linux/maskedPaths", paths); }

/// What can be read of a file inside: "" where it is empty or cannot be read.
std::string content_of(Serving& box, const std::string& path) { return box.ask({"read", path}).value("text", ""); }

/// The names in a directory inside; empty where it cannot be read.
std::vector<std::string> names_in(Serving& box, const std::string& path) {
  return box.ask({"ls", path}).value("entries", std::vector<std::string>{});
}

/// Device and inode of a file inside.
Json identity_in(Serving& box, const std::string& path) {
  const Json said = box.ask({"stat", path}).at(path);
  return {{"dev", said.at("dev")}, {"ino", said.at("ino")}};
}

}  // namespace

CONFORMANCE_CASE(masked, file, .clause = "config-linux.md#masked-paths", .level = descr,
                 .claim = "a masked file cannot be read inside, and is what it was outside", .needs = {need::root},
                 .faults = {"mask_paths"}) {
  Serving box = container_to_serve(masking({"/secret"}));
  put_file(box.bundle(), "/secret", "secret");

  require(box.create());
  box.serve();

  EXPECT_EQ(content_of(box, "/secret"), "");
  EXPECT_EQ(base::read_file(box.bundle().file("/secret")), "secret");
}

CONFORMANCE_CASE(masked, dir, .clause = "config-linux.md#masked-paths", .level = descr,
                 .claim = "nothing can be found in a masked directory", .needs = {need::root},
                 .faults = {"mask_paths"}) {
  Serving box = container_to_serve(masking({"/secrets"}));
  put_file(box.bundle(), "/secrets/one");

  require(box.create());
  box.serve();

  EXPECT_THAT(names_in(box, "/secrets"), IsEmpty());
  EXPECT_EQ(content_of(box, "/secrets/one"), "");
}

CONFORMANCE_CASE(masked, nested, .clause = "config-linux.md#masked-paths", .level = descr,
                 .claim = "masked files and directories may lie in each other", .needs = {need::root},
                 .faults = {"config:drop:/linux/maskedPaths/0", "config:drop:/linux/maskedPaths/1"}) {
  Serving box = container_to_serve(masking({"/top/one", "/top/inner", "/top/inner/two"}));
  put_file(box.bundle(), "/top/one");
  put_file(box.bundle(), "/top/inner/two");
  put_file(box.bundle(), "/top/open", "open");

  require(box.create());
  box.serve();

  EXPECT_EQ(content_of(box, "/top/one"), "");
  EXPECT_THAT(names_in(box, "/top/inner"), IsEmpty());
  EXPECT_EQ(content_of(box, "/top/open"), "open");
}

CONFORMANCE_CASE(masked, relative, .clause = "config-linux.md#masked-paths", .level = must,
                 .claim = "a masked path that is not absolute is an error",
                 .faults = {"config:drop:/linux/maskedPaths"}) {
  Container box = container(masking({"secret"}).args({"/probe", "true"}));
  put_file(box.bundle(), "/secret");

  EXPECT_THAT(box.create(), FailsCleanly());
}

namespace {

struct Node {
  std::string_view name;
  mode_t mode;
  dev_t number;
};
const Node kNodes[] = {
    {"char", S_IFCHR, makedev(1, 5)}, {"block", S_IFBLK, makedev(7, 99)}, {"fifo", S_IFIFO, makedev(0, 0)}};

}  // namespace

CONFORMANCE_CASE_FOR(masked, device_node, node, kNodes, .clause = "config-linux.md#masked-paths", .level = descr,
                     .claim = "a masked device or FIFO is another file inside", .needs = {need::root},
                     .faults = {"mask_paths"}) {
  Serving box = container_to_serve(masking({"/node"}));
  make_node(box.bundle(), "/node", node.mode | 0666, node.number);

  require(box.create());
  box.serve();

  EXPECT_NE(identity_in(box, "/node"), identity_of(box.bundle().file("/node")));
}

CONFORMANCE_CASE(masked, and_readonly, .clause = "config-linux.md#masked-paths", .level = descr,
                 .claim = "a path that is masked and read-only is masked", .needs = {need::root},
                 .faults = {"mask_paths", "make_paths_readonly"}) {
  Serving box = container_to_serve(masking({"/both/secret"}).set("/linux/readonlyPaths", Json::array({"/both"})));
  put_file(box.bundle(), "/both/secret");
  put_file(box.bundle(), "/both/open", "open");

  require(box.create());
  box.serve();

  EXPECT_EQ(content_of(box, "/both/secret"), "");
  EXPECT_EQ(content_of(box, "/both/open"), "open");
  EXPECT_THAT(box.ask({"write", "/both/open", "text"}), Field("errno", "EROFS"));
}

CONFORMANCE_CASE(masked, default_proc_files, .clause = "config-linux.md#masked-paths", .level = descr,
                 .claim = "the paths that engines mask are masked, and those that this kernel lacks are no error",
                 .needs = {need::root}, .faults = {"mask_paths"}) {
  const std::vector<std::string> paths = {"/proc/acpi",        "/proc/asound",        "/proc/kcore",
                                          "/proc/keys",        "/proc/latency_stats", "/proc/timer_list",
                                          "/proc/timer_stats", "/proc/sched_debug",   "/proc/scsi",
                                          "/sys/firmware",     "/no/such/path"};
  Serving box = serving(with_usual_mounts(masking(paths)));

  EXPECT_EQ(box.ask({"read", "/proc/kcore"}).value("size", 0), 0);
  EXPECT_THAT(names_in(box, "/sys/firmware"), IsEmpty());
  EXPECT_EQ(content_of(box, "/proc/keys"), "");
}

}  // namespace runproof
