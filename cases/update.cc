// update: no operation of the spec, but common; what it sets is read in the kernel's own files.
#include "base/file.h"
#include "harness/case.h"
#include "harness/observe/cgroup.h"

namespace runproof {
namespace {

/// The content of the controller's file for init, which has another name on v2.
std::string setting(const Container& box, std::string_view controller, std::string_view v1, std::string_view v2) {
  const auto group = cgroup_of(box.pid(), controller);
  return group ? group->read(group->v2 ? v2 : v1).value_or("no such file") : "no such group";
}

std::string memory_limit(const Container& box) { return setting(box, "memory", "memory.limit_in_bytes", "memory.max"); }

std::string pids_limit(const Container& box) { return setting(box, "pids", "pids.max", "pids.max"); }

constexpr long long kMebibyte = 1 << 20;

}  // namespace

CONFORMANCE_CASE(update, memory_limit, .clause = "config-linux.md#memory", .level = cli,
                 .claim = "update --memory sets the memory limit, in bytes or with a unit",
                 .needs = {need::root, need::memory_controller}, .features = {"update"}, .faults = {"set_resources"}) {
  Serving box = serving();

  EXPECT_THAT(box.call({"update", "--memory", "67108864", box.id()}), Succeeds());
  EXPECT_EQ(memory_limit(box), std::to_string(64 * kMebibyte));
  EXPECT_THAT(box.call({"update", "--memory", "96M", box.id()}), Succeeds());
  EXPECT_EQ(memory_limit(box), std::to_string(96 * kMebibyte));
}

CONFORMANCE_CASE(update, pids, .clause = "config-linux.md#pids", .level = cli,
                 .claim = "update --pids-limit sets and lifts the limit of processes",
                 .needs = {need::root, need::pids_controller}, .features = {"update"}, .faults = {"set_resources"}) {
  Serving box = serving();

  EXPECT_THAT(box.call({"update", "--pids-limit", "17", box.id()}), Succeeds());
  EXPECT_EQ(pids_limit(box), "17");
  EXPECT_THAT(box.call({"update", "--pids-limit", "-1", box.id()}), Succeeds());
  EXPECT_EQ(pids_limit(box), "max");
}

CONFORMANCE_CASE(update, resources_stdin, .clause = "config-linux.md#control-groups", .level = cli,
                 .claim = "update --resources - reads a resources object from standard input",
                 .needs = {need::root, need::pids_controller}, .features = {"update"}, .faults = {"set_resources"}) {
  Serving box = serving();

  EXPECT_THAT(box.call({"update", "--resources", "-", box.id()}, R"({"pids": {"limit": 23}})"), Succeeds());
  EXPECT_EQ(pids_limit(box), "23");
}

CONFORMANCE_CASE(update, resources_file, .clause = "config-linux.md#control-groups", .level = cli,
                 .claim = "update --resources FILE reads a resources object from there",
                 .needs = {need::root, need::pids_controller}, .features = {"update"}, .faults = {"set_resources"}) {
  Serving box = serving();
  const auto file = scratch() / "resources.json";
  base::write_file(file, R"({"pids": {"limit": 29}})");

  EXPECT_THAT(box.call({"update", "-r", file.string(), box.id()}), Succeeds());
  EXPECT_EQ(pids_limit(box), "29");
}

CONFORMANCE_CASE(update, cpu_quota, .clause = "config-linux.md#cpu", .level = cli,
                 .claim = "update --cpu-quota keeps the period that was set before, and --cpu-period the quota",
                 .needs = {need::root, need::cpu_controller}, .features = {"update"}, .faults = {"set_resources"}) {
  Serving box = serving();

  EXPECT_THAT(box.call({"update", "--cpu-period", "50000", "--cpu-quota", "20000", box.id()}), Succeeds());
  EXPECT_EQ(setting(box, "cpu", "cpu.cfs_quota_us", "cpu.max"),
            cgroup_of(box.pid(), "cpu")->v2 ? "20000 50000" : "20000");
  EXPECT_THAT(box.call({"update", "--cpu-period", "60000", box.id()}), Succeeds());
  EXPECT_EQ(setting(box, "cpu", "cpu.cfs_quota_us", "cpu.max"),
            cgroup_of(box.pid(), "cpu")->v2 ? "20000 60000" : "20000");
}

CONFORMANCE_CASE(update, paused, .clause = "config-linux.md#control-groups", .level = cli,
                 .claim = "update of a paused container works and leaves it paused",
                 .needs = {need::root, need::freezer, need::pids_controller}, .features = {"update", "pause"},
                 .faults = {"update_thaws", "set_resources"}) {
  Serving box = serving();
  require(box.pause());

  EXPECT_THAT(box.call({"update", "--pids-limit", "31", box.id()}), Succeeds());
  EXPECT_EQ(pids_limit(box), "31");
  EXPECT_EQ(box.status(), Status::paused);
  EXPECT_THAT(box.resume(), Succeeds());
}

CONFORMANCE_CASE(update, stopped, .clause = "config-linux.md#control-groups", .level = cli,
                 .claim = "update of a stopped container is an error", .features = {"update"}, .tags = {"death"},
                 .faults = {"update_stopped_accepted"}) {
  Container box = stopped();

  EXPECT_THAT(box.call({"update", "--pids-limit", "17", box.id()}), FailsCleanly());
}

CONFORMANCE_CASE(update, nonexistent, .clause = "config-linux.md#control-groups", .level = cli,
                 .claim = "update of a container that does not exist is an error", .features = {"update"},
                 .faults = {"update_missing_succeeds"}) {
  Container box = container(Config::minimal({"/probe", "true"}));

  EXPECT_THAT(box.call({"update", "--pids-limit", "17", box.id()}), FailsCleanly());
}

}  // namespace runproof
