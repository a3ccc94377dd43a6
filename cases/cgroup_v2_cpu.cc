// linux.resources.cpu on cgroup v2.
#include "cases/support/cgroups.h"
#include "cases/support/limits.h"
#include "harness/case.h"

namespace runproof {

using testing::AnyOf;

namespace {

struct Realtime {
  std::string_view name;
  std::string_view pointer;
};
constexpr Realtime kRealtime[] = {{"runtime", "/cpu/realtimeRuntime"}, {"period", "/cpu/realtimePeriod"}};

}  // namespace

// 79 is the linear conversion of long standing; 174 is the one by which 1024 shares are a weight of 100.
CONFORMANCE_CASE(cgroup, v2_cpu_shares_to_weight, .clause = "config-linux.md#example", .level = may,
                 .claim = "cpu.shares becomes a cpu.weight",
                 .needs = {need::cgroups, need::cgroup_v2, need::cpu_controller}, .faults = {kNoCpu}) {
  const Container box = created(limited("/cpu/shares", 2048));

  EXPECT_THAT(control(box, "cpu.weight"), AnyOf("79", "173", "174"));
}

CONFORMANCE_CASE(cgroup, v2_cpu_shares_zero, .clause = "config-linux.md#cpu", .level = cli,
                 .claim = "cpu.shares of 0 leaves the weight as it is",
                 .needs = {need::cgroups, need::cgroup_v2, need::cpu_controller},
                 .faults = {"config:set:/linux/resources/cpu/shares=2"}) {
  const Container box = created(limited("/cpu/shares", 0));

  EXPECT_EQ(control(box, "cpu.weight"), "100");
}

CONFORMANCE_CASE(cgroup, v2_cpu_shares_max, .clause = "config-linux.md#cpu", .level = cli,
                 .claim = "cpu.shares beyond the largest of v1 is the largest weight, or refused",
                 .needs = {need::cgroups, need::cgroup_v2, need::cpu_controller}, .faults = {kNoCpu}) {
  Container box = container(limited("/cpu/shares", 1'000'000));

  EXPECT_THAT(control_or_refused(box, "cpu.weight"), AnyOf("10000", "refused"));
}

CONFORMANCE_CASE(cgroup, v2_cpu_quota, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "cpu.quota alone becomes cpu.max, with the period that was there",
                 .needs = {need::cgroups, need::cgroup_v2, need::cpu_controller}, .faults = {kNoCpu}) {
  const Container box = created(limited("/cpu/quota", 20'000));

  EXPECT_EQ(control(box, "cpu.max"), "20000 100000");
}

CONFORMANCE_CASE(cgroup, v2_cpu_quota_zero, .clause = "config-linux.md#cpu", .level = cli,
                 .claim = "cpu.quota of 0 is no limit", .needs = {need::cgroups, need::cgroup_v2, need::cpu_controller},
                 .faults = {"config:set:/linux/resources/cpu/quota=20000"}) {
  const Container box = created(limited("/cpu/quota", 0));

  EXPECT_EQ(control(box, "cpu.max"), "max 100000");
}

CONFORMANCE_CASE(cgroup, v2_cpu_quota_negative, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "a negative cpu.quota is no limit, in a group that has one as well",
                 .needs = {need::root, need::cgroup_v2, need::cpu_controller}, .faults = {kNoCpu}) {
  const ForeignGroups prepared(fresh_id());
  set_control(prepared.groups(), "cpu.max", "30000 100000");
  const Container box = created(limited("/cpu/quota", -1).cgroups_path(prepared.path()));

  EXPECT_EQ(control(box, "cpu.max"), "max 100000");
}

CONFORMANCE_CASE(cgroup, v2_cpu_period, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "cpu.period alone sets the period and no limit",
                 .needs = {need::cgroups, need::cgroup_v2, need::cpu_controller}, .faults = {kNoCpu}) {
  const Container box = created(limited("/cpu/period", 50'000));

  EXPECT_EQ(control(box, "cpu.max"), "max 50000");
}

CONFORMANCE_CASE(cgroup, v2_cpu_period_invalid, .clause = "runtime.md#create", .level = must,
                 .claim = "cpu.period below what the kernel takes is an error",
                 .needs = {need::cgroups, need::cgroup_v2, need::cpu_controller}, .faults = {kNoCpu}) {
  Container box = container(limited("/cpu/period", 100));

  EXPECT_THAT(box.create(), FailsCleanly());
}

CONFORMANCE_CASE(cgroup, v2_cpu_quota_period, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "cpu.quota and cpu.period become cpu.max",
                 .needs = {need::cgroups, need::cgroup_v2, need::cpu_controller}, .faults = {kNoCpu}) {
  const Container box = created(limited("/cpu/quota", 25'000).resource("/cpu/period", 50'000));

  EXPECT_EQ(control(box, "cpu.max"), "25000 50000");
}

CONFORMANCE_CASE(cgroup, v2_cpu_unset_unchanged, .clause = "config-linux.md#cgroups-path", .level = descr,
                 .claim = "in a group that is there already, what config.json does not name stays as it is",
                 .needs = {need::root, need::cgroup_v2, need::cpu_controller},
                 .faults = {"config:set:/linux/resources/cpu/quota=20000"}) {
  const ForeignGroups prepared(fresh_id());
  set_control(prepared.groups(), "cpu.max", "30000 60000");
  const Container box = created(limited("/cpu/shares", 2048).cgroups_path(prepared.path()));

  EXPECT_EQ(control(box, "cpu.max"), "30000 60000");
}

CONFORMANCE_CASE(cgroup, v2_cpu_burst, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "cpu.burst becomes cpu.max.burst",
                 .needs = {need::cgroups, need::cgroup_v2, need::cpu_controller, need::kernel_5_14},
                 .faults = {"config:drop:/linux/resources/cpu/burst"}, .since = "1.1.0") {
  const Container box =
      created(limited("/cpu/quota", 20'000).resource("/cpu/period", 100'000).resource("/cpu/burst", 10'000));

  EXPECT_EQ(control(box, "cpu.max.burst"), "10000");
}

CONFORMANCE_CASE(cgroup, v2_cpu_burst_gt_quota, .clause = "config-linux.md#cpu", .level = must,
                 .claim = "a cpu.burst above the quota is an error",
                 .needs = {need::cgroups, need::cgroup_v2, need::cpu_controller, need::kernel_5_14},
                 .faults = {"config:drop:/linux/resources/cpu/burst"}, .since = "1.1.0") {
  Container box = container(limited("/cpu/quota", 20'000).resource("/cpu/burst", 30'000));

  EXPECT_THAT(box.create(), FailsCleanly());
}

CONFORMANCE_CASE(cgroup, v2_cpu_idle, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "cpu.idle becomes cpu.idle of the group",
                 .needs = {need::root, need::cgroup_v2, need::cpu_controller}, .faults = {kNoCpu}, .since = "1.1.0") {
  const ForeignGroups above(fresh_id());
  set_control(above.groups(), "cpu.weight", "10000");  // or a busy machine would give an idle group no time at all
  const Container box = created(limited("/cpu/idle", 1).cgroups_path(above.path() + "/idle"));

  EXPECT_EQ(control(box, "cpu.idle"), "1");
}

CONFORMANCE_CASE(cgroup, v2_cpu_idle_default, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "without cpu.idle the group is not idle",
                 .needs = {need::cgroups, need::cgroup_v2, need::cpu_controller},
                 .faults = {"config:set:/linux/resources/cpu/idle=1"}, .since = "1.1.0") {
  const Container box = created(limited("/cpu/shares", 2048));

  EXPECT_EQ(control(box, "cpu.idle"), "0");
}

CONFORMANCE_CASE_FOR(cgroup, v2_cpu_rt_refused, field, kRealtime, .clause = "config-linux.md#example", .level = must,
                     .claim = "a real-time CPU setting, which v2 cannot do, is an error",
                     .needs = {need::cgroups, need::cgroup_v2}, .faults = {kNoCpu}) {
  Container box = container(limited(field.pointer, 10'000));

  EXPECT_THAT(box.create(), FailsCleanly());
}

CONFORMANCE_CASE(cgroup, v2_cpuset_cpus, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "cpu.cpus becomes cpuset.cpus, and holds inside",
                 .needs = {need::cgroups, need::cgroup_v2, need::cpuset_controller, need::smp}, .faults = {kNoCpu}) {
  const Container box = created(limited("/cpu/cpus", "0"));

  EXPECT_EQ(control(box, "cpuset.cpus"), "0");
  EXPECT_EQ(allowed_cpus(box.pid()), "0");
}

CONFORMANCE_CASE(cgroup, v2_cpuset_mems, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "cpu.mems becomes cpuset.mems",
                 .needs = {need::cgroups, need::cgroup_v2, need::cpuset_controller}, .faults = {kNoCpu}) {
  const Container box = created(limited("/cpu/mems", "0"));

  EXPECT_EQ(control(box, "cpuset.mems"), "0");
}

CONFORMANCE_CASE(cgroup, v2_cpuset_invalid, .clause = "runtime.md#create", .level = must,
                 .claim = "cpu.cpus that is no list of CPUs is an error",
                 .needs = {need::cgroups, need::cgroup_v2, need::cpuset_controller}, .faults = {kNoCpu}) {
  Container box = container(limited("/cpu/cpus", "4-2"));

  EXPECT_THAT(box.create(), FailsCleanly());
}

}  // namespace runproof
