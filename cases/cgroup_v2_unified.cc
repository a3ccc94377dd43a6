// linux.resources.unified: files of the unified hierarchy, written as they stand.
#include "cases/support/cgroups.h"
#include "cases/support/limits.h"
#include "harness/case.h"

namespace runproof {

using testing::HasSubstr;

namespace {

struct BadKey {
  std::string_view name;
  std::string_view key;
};
constexpr BadKey kBadKeys[] = {{"no_dot", "memory"}, {"slash", "../memory.max"}, {"empty", ""}};

}  // namespace

CONFORMANCE_CASE(cgroup, v2_unified_write, .clause = "config-linux.md#unified", .level = must,
                 .claim = "what unified names is written as it stands, whether or not the runtime knows it",
                 .needs = {need::cgroups, need::cgroup_v2, need::memory_controller, need::pids_controller,
                           need::cpu_controller},
                 .faults = {kNoUnified}) {
  const Container box =
      created(limited("/unified", {{"memory.high", "50331648"}, {"pids.max", "77"}, {"cpu.weight.nice", "5"}}));

  EXPECT_EQ(control(box, "memory.high"), "50331648");
  EXPECT_EQ(control(box, "pids.max"), "77");
  EXPECT_EQ(control(box, "cpu.weight.nice"), "5");
}

CONFORMANCE_CASE(cgroup, v2_unified_swap, .clause = "config-linux.md#unified", .level = must,
                 .claim = "unified reaches memory.swap.max",
                 .needs = {need::cgroups, need::cgroup_v2, need::memory_controller}, .faults = {kNoUnified}) {
  const Container box = created(limited("/unified", {{"memory.swap.max", "20971520"}}));

  EXPECT_EQ(control(box, "memory.swap.max"), "20971520");
}

CONFORMANCE_CASE(cgroup, v2_unified_override, .clause = "config-linux.md#unified", .level = cli,
                 .claim = "unified wins over the other members of resources",
                 .needs = {need::cgroups, need::cgroup_v2, need::memory_controller}, .faults = {kNoUnified}) {
  const Container box =
      created(limited("/memory/limit", 64 * kMiB).resource("/unified", {{"memory.max", "100663296"}}));

  EXPECT_EQ(control(box, "memory.max"), "100663296");
}

CONFORMANCE_CASE(cgroup, v2_unified_multi_line, .clause = "config-linux.md#unified", .level = cli,
                 .claim = "a value of several lines sets them all",
                 .needs = {need::cgroups, need::cgroup_v2, need::io_controller}, .faults = {kNoUnified}) {
  const std::string disk = some_disk().text();
  const Container box = created(limited("/unified", {{"io.max", disk + " rbps=1048576\n" + disk + " wiops=200"}}));

  EXPECT_EQ(control(box, "io.max"), disk + " rbps=1048576 wbps=max riops=max wiops=200");
}

CONFORMANCE_CASE(cgroup, v2_unified_cpuset, .clause = "config-linux.md#unified", .level = must,
                 .claim = "unified reaches cpuset, and it holds inside",
                 .needs = {need::cgroups, need::cgroup_v2, need::cpuset_controller, need::smp},
                 .faults = {kNoUnified}) {
  const Container box = created(limited("/unified", {{"cpuset.cpus", "0"}, {"cpuset.mems", "0"}}));

  EXPECT_EQ(control(box, "cpuset.cpus"), "0");
  EXPECT_EQ(allowed_cpus(box.pid()), "0");
}

CONFORMANCE_CASE(cgroup, v2_unified_enables_controllers, .clause = "config-linux.md#unified", .level = must,
                 .claim = "the controllers that unified names are enabled all the way down to the container",
                 .needs = {need::root, need::cgroup_v2, need::pids_controller}, .faults = {kNoUnified}) {
  const ForeignGroups above(fresh_id());
  const Container box = created(limited("/unified", {{"pids.max", "55"}}).cgroups_path(above.path() + "/deep/inner"));

  EXPECT_THAT(above.groups().front().read("cgroup.subtree_control").value_or(""), HasSubstr("pids"));
  EXPECT_EQ(control(box, "pids.max"), "55");
}

CONFORMANCE_CASE(cgroup, v2_unified_missing_controller, .clause = "config-linux.md#unified", .level = must,
                 .claim = "a key of a controller that is not there is an error",
                 .needs = {need::cgroups, need::cgroup_v2}, .faults = {kNoUnified}) {
  Container box = container(limited("/unified", {{"nosuch.max", "1"}}));

  EXPECT_THAT(box.create(), FailsCleanly());
}

CONFORMANCE_CASE(cgroup, v2_unified_missing_file, .clause = "config-linux.md#unified", .level = must,
                 .claim = "a key whose file is not there is an error",
                 .needs = {need::cgroups, need::cgroup_v2, need::pids_controller}, .faults = {kNoUnified}) {
  Container box = container(limited("/unified", {{"pids.nosuch", "1"}}));

  EXPECT_THAT(box.create(), FailsCleanly());
}

CONFORMANCE_CASE_FOR(cgroup, v2_unified_bad_key, bad, kBadKeys, .clause = "config.md#valid-values", .level = must,
                     .claim = "a key that is not of the form CONTROLLER.FILE is an error",
                     .needs = {need::cgroups, need::cgroup_v2}, .faults = {kNoUnified}) {
  Container box = container(limited("/unified", {{std::string(bad.key), "1"}}));

  EXPECT_THAT(box.create(), FailsCleanly());
}

CONFORMANCE_CASE(cgroup, v2_controllers_visible, .clause = "config-linux.md#namespaces", .level = cli,
                 .claim = "with a cgroup mount a program sees the controllers of its own group",
                 .needs = {need::cgroups, need::cgroup_v2, need::memory_controller, need::cgroup_namespaces},
                 .faults = {"config:drop:/mounts/1"}) {
  const Json seen = ask(Config::minimal({})
                            .with_new(Namespace::cgroup)
                            .mount({.destination = "/sys/fs/cgroup",
                                    .type = "cgroup",
                                    .source = "cgroup",
                                    .options = {"ro", "nosuid", "noexec", "nodev"}}),
                        {"/probe", "read", "/sys/fs/cgroup/cgroup.controllers"});

  EXPECT_THAT(seen, Field("text", testing::Matcher<const Json&>(testing::ResultOf(
                                      [](const Json& text) { return text.get<std::string>(); }, HasSubstr("memory")))));
}

CONFORMANCE_CASE(cgroup, v1_unified_refused, .clause = "config-linux.md#unified", .level = cli,
                 .claim = "unified is an error where the controller it names is on v1",
                 .needs = {need::root, need::cgroup_v1, need::memory_controller}, .faults = {kNoUnified}) {
  Container box = container(limited("/unified", {{"memory.max", "50331648"}}));

  EXPECT_THAT(box.create(), FailsCleanly());
}

}  // namespace runproof
