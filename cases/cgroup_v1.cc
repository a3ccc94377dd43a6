// linux.resources on cgroup v1: each setting is a file of one controller.
#include "cases/support/cgroups.h"
#include "cases/support/limits.h"
#include "harness/case.h"

namespace runproof {

using testing::AnyOf;
using testing::Contains;
using testing::Ge;
using testing::HasSubstr;
using testing::Pair;

namespace {

struct Throttle {
  std::string_view name;
  std::string_view pointer;
  std::string_view file;
};
constexpr Throttle kThrottles[] = {
    {"read_bps", "/blockIO/throttleReadBpsDevice", "blkio.throttle.read_bps_device"},
    {"write_bps", "/blockIO/throttleWriteBpsDevice", "blkio.throttle.write_bps_device"},
    {"read_iops", "/blockIO/throttleReadIOPSDevice", "blkio.throttle.read_iops_device"},
    {"write_iops", "/blockIO/throttleWriteIOPSDevice", "blkio.throttle.write_iops_device"},
};

}  // namespace

CONFORMANCE_CASE(cgroup, v1_memory_limit, .clause = "config-linux.md#memory", .level = descr,
                 .claim = "memory.limit becomes memory.limit_in_bytes",
                 .needs = {need::root, need::cgroup_v1, need::memory_controller}, .faults = {kNoMemory}) {
  const Container box = created(limited("/memory/limit", 64 * kMiB));

  EXPECT_EQ(control(box, "memory.limit_in_bytes"), "67108864");
}

CONFORMANCE_CASE(cgroup, v1_memory_reservation, .clause = "config-linux.md#memory", .level = descr,
                 .claim = "memory.reservation becomes memory.soft_limit_in_bytes",
                 .needs = {need::root, need::cgroup_v1, need::memory_controller}, .faults = {kNoMemory}) {
  const Container box = created(limited("/memory/reservation", 32 * kMiB));

  EXPECT_EQ(control(box, "memory.soft_limit_in_bytes"), "33554432");
}

CONFORMANCE_CASE(cgroup, v1_memory_swap, .clause = "config-linux.md#memory", .level = descr,
                 .claim = "memory.swap becomes memory.memsw.limit_in_bytes, which counts memory and swap",
                 .needs = {need::root, need::cgroup_v1, need::memory_controller},
                 .faults = {"config:drop:/linux/resources/memory/swap"}) {
  const Container box = created(limited("/memory/limit", 64 * kMiB).resource("/memory/swap", 96 * kMiB));

  EXPECT_EQ(control(box, "memory.memsw.limit_in_bytes"), "100663296");
}

CONFORMANCE_CASE(cgroup, v1_memory_kernel_tcp, .clause = "config-linux.md#memory", .level = descr,
                 .claim = "memory.kernelTCP becomes memory.kmem.tcp.limit_in_bytes",
                 .needs = {need::root, need::cgroup_v1, need::memory_controller}, .faults = {kNoMemory}) {
  const Container box = created(limited("/memory/kernelTCP", 16 * kMiB));

  EXPECT_EQ(control(box, "memory.kmem.tcp.limit_in_bytes"), "16777216");
}

CONFORMANCE_CASE(cgroup, v1_memory_swappiness, .clause = "config-linux.md#memory", .level = descr,
                 .claim = "memory.swappiness becomes memory.swappiness of the group",
                 .needs = {need::root, need::cgroup_v1, need::memory_controller}, .faults = {kNoMemory}) {
  const Container box = created(limited("/memory/swappiness", 17));

  EXPECT_EQ(control(box, "memory.swappiness"), "17");
}

CONFORMANCE_CASE(cgroup, v1_memory_disable_oom, .clause = "config-linux.md#memory", .level = descr,
                 .claim = "memory.disableOOMKiller turns the OOM killer off for the group",
                 .needs = {need::root, need::cgroup_v1, need::memory_controller}, .faults = {kNoMemory}) {
  const Container box = created(limited("/memory/disableOOMKiller", true));

  EXPECT_THAT(control(box, "memory.oom_control"), HasSubstr("oom_kill_disable 1"));
}

CONFORMANCE_CASE(cgroup, v1_memory_enforced, .clause = "config-linux.md#memory", .level = descr,
                 .claim = "a program that uses more than memory.limit is ended by the kernel",
                 .needs = {need::root, need::cgroup_v1, need::memory_controller}, .tags = {"death"},
                 .faults = {kNoMemory}) {
  Container box = created(
      limited("/memory/limit", 32 * kMiB).resource("/memory/swap", 32 * kMiB).args({"/probe", "allocate", "64"}));
  const Cgroup group = group_of(box, "memory");
  require(box.start());
  box.await_init_death();

  EXPECT_THAT(group.events("memory.oom_control"), Contains(Pair("oom_kill", Ge(1))));
  EXPECT_EQ(box.out(), "");
}

CONFORMANCE_CASE(cgroup, v1_cpu_shares, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "cpu.shares becomes cpu.shares of the group",
                 .needs = {need::root, need::cgroup_v1, need::cpu_controller}, .faults = {kNoCpu}) {
  const Container box = created(limited("/cpu/shares", 2048));

  EXPECT_EQ(control(box, "cpu.shares"), "2048");
}

CONFORMANCE_CASE(cgroup, v1_cpu_quota, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "cpu.quota becomes cpu.cfs_quota_us",
                 .needs = {need::root, need::cgroup_v1, need::cpu_controller}, .faults = {kNoCpu}) {
  const Container box = created(limited("/cpu/quota", 20'000));

  EXPECT_EQ(control(box, "cpu.cfs_quota_us"), "20000");
}

CONFORMANCE_CASE(cgroup, v1_cpu_quota_unlimited, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "a cpu.quota of -1 is no limit, in a group that has one as well",
                 .needs = {need::root, need::cgroup_v1, need::cpu_controller}, .faults = {kNoCpu}) {
  const ForeignGroups prepared(fresh_id());
  set_control(prepared.groups(), "cpu.cfs_quota_us", "30000");
  const Container box = created(limited("/cpu/quota", -1).cgroups_path(prepared.path()));

  EXPECT_EQ(control(box, "cpu.cfs_quota_us"), "-1");
}

CONFORMANCE_CASE(cgroup, v1_cpu_period, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "cpu.period becomes cpu.cfs_period_us",
                 .needs = {need::root, need::cgroup_v1, need::cpu_controller}, .faults = {kNoCpu}) {
  const Container box = created(limited("/cpu/period", 50'000));

  EXPECT_EQ(control(box, "cpu.cfs_period_us"), "50000");
}

CONFORMANCE_CASE(cgroup, v1_cpu_burst, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "cpu.burst becomes cpu.cfs_burst_us",
                 .needs = {need::root, need::cgroup_v1, need::cpu_controller, need::kernel_5_14},
                 .faults = {"config:drop:/linux/resources/cpu/burst"}, .since = "1.1.0") {
  const Container box = created(limited("/cpu/quota", 20'000).resource("/cpu/burst", 10'000));

  EXPECT_EQ(control(box, "cpu.cfs_burst_us"), "10000");
}

CONFORMANCE_CASE(cgroup, v1_cpu_rt_runtime, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "cpu.realtimeRuntime and realtimePeriod become cpu.rt_runtime_us and cpu.rt_period_us",
                 .needs = {need::root, need::cgroup_v1, need::cpu_controller}, .faults = {kNoCpu}) {
  const Container box = created(limited("/cpu/realtimeRuntime", 5'000).resource("/cpu/realtimePeriod", 500'000));

  EXPECT_EQ(control(box, "cpu.rt_runtime_us"), "5000");
  EXPECT_EQ(control(box, "cpu.rt_period_us"), "500000");
}

CONFORMANCE_CASE(cgroup, v1_cpu_idle, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "cpu.idle becomes cpu.idle of the group",
                 .needs = {need::root, need::cgroup_v1, need::cpu_controller}, .faults = {kNoCpu}, .since = "1.1.0") {
  const ForeignGroups above(fresh_id());
  set_control(above.groups(), "cpu.shares", "262144");  // or a busy machine would give an idle group no time at all
  const Container box = created(limited("/cpu/idle", 1).cgroups_path(above.path() + "/idle"));

  EXPECT_EQ(control(box, "cpu.idle"), "1");
}

CONFORMANCE_CASE(cgroup, v1_cpu_empty, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "an empty cpu object leaves what the kernel gives",
                 .needs = {need::root, need::cgroup_v1, need::cpu_controller},
                 .faults = {"config:set:/linux/resources/cpu/shares=2"}) {
  const Container box = created(limited("/cpu", Json::object()));

  EXPECT_EQ(control(box, "cpu.shares"), "1024");
  EXPECT_EQ(control(box, "cpu.cfs_quota_us"), "-1");
}

CONFORMANCE_CASE(cgroup, v1_cpuset_cpus, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "cpu.cpus becomes cpuset.cpus, and holds inside",
                 .needs = {need::root, need::cgroup_v1, need::cpuset_controller, need::smp}, .faults = {kNoCpu}) {
  const Container box = created(limited("/cpu/cpus", "0"));

  EXPECT_EQ(control(box, "cpuset.cpus"), "0");
  EXPECT_EQ(allowed_cpus(box.pid()), "0");
}

CONFORMANCE_CASE(cgroup, v1_cpuset_mems, .clause = "config-linux.md#cpu", .level = descr,
                 .claim = "cpu.mems becomes cpuset.mems",
                 .needs = {need::root, need::cgroup_v1, need::cpuset_controller, need::numa}, .faults = {kNoCpu}) {
  const Container box = created(limited("/cpu/mems", "0"));

  EXPECT_EQ(control(box, "cpuset.mems"), "0");
}

CONFORMANCE_CASE(cgroup, v1_cpuset_inherit, .clause = "config-linux.md#cgroups-path", .level = cli,
                 .claim = "cpuset groups that are made on the way have the CPUs of the group above",
                 .needs = {need::root, need::cgroup_v1, need::cpuset_controller, need::smp},
                 .faults = {"config:set:/linux/resources/cpu/cpus=\"1\""}) {
  const ForeignGroups above(fresh_id());
  set_control(above.groups(), "cpuset.cpus", "0");
  const Container box = created(limited("/cpu/shares", 1024).cgroups_path(above.path() + "/deep/inner"));

  EXPECT_EQ(control(box, "cpuset.cpus"), "0");
}

CONFORMANCE_CASE(cgroup, v1_blkio_weight, .clause = "config-linux.md#block-io", .level = descr,
                 .claim = "blockIO.weight becomes the weight of the scheduler in use",
                 .needs = {need::root, need::cgroup_v1, need::io_controller}, .faults = {kNoBlockIo}) {
  const Container box = created(limited("/blockIO/weight", 500));
  const Cgroup group = group_of(box, "blkio");

  EXPECT_THAT(group.read("blkio.weight").value_or("") + group.read("blkio.bfq.weight").value_or(""),
              AnyOf("500", "default 500"));
}

CONFORMANCE_CASE_FOR(cgroup, v1_blkio_throttle, throttle, kThrottles, .clause = "config-linux.md#block-io",
                     .level = descr, .claim = "a rate of blockIO becomes a line of the blkio file for it",
                     .needs = {need::root, need::cgroup_v1, need::io_controller}, .faults = {kNoBlockIo}) {
  const Disk disk = some_disk();
  const Container box = created(limited(throttle.pointer, Json::array({disk.with("rate", 102'400)})));

  EXPECT_EQ(control(box, throttle.file), disk.text() + " 102400");
}

CONFORMANCE_CASE(cgroup, v1_pids_limit, .clause = "config-linux.md#pids", .level = descr,
                 .claim = "pids.limit becomes pids.max, and a program that forks runs into it",
                 .needs = {need::root, need::cgroup_v1, need::pids_controller}, .faults = {kNoPids}) {
  Serving box = serving(limited("/pids/limit", 20));

  EXPECT_EQ(control(box, "pids.max"), "20");
  EXPECT_THAT(box.ask({"fork", "--count", "30"}), Field("errno", "EAGAIN"));
}

CONFORMANCE_CASE(cgroup, v1_pids_unlimited, .clause = "config-linux.md#pids", .level = descr,
                 .claim = "a pids.limit of -1 is no limit",
                 .needs = {need::root, need::cgroup_v1, need::pids_controller},
                 .faults = {"config:set:/linux/resources/pids/limit=5"}) {
  const Container box = created(limited("/pids/limit", -1));

  EXPECT_EQ(control(box, "pids.max"), "max");
}

CONFORMANCE_CASE(cgroup, v1_network_classid, .clause = "config-linux.md#network", .level = descr,
                 .claim = "network.classID becomes net_cls.classid",
                 .needs = {need::root, need::cgroup_v1, need::net_cls_v1},
                 .faults = {"config:drop:/linux/resources/network"}) {
  const Container box = created(limited("/network/classID", 1'048'577));

  EXPECT_EQ(control(box, "net_cls.classid"), "1048577");
}

CONFORMANCE_CASE(cgroup, v1_network_priorities, .clause = "config-linux.md#network", .level = descr,
                 .claim = "network.priorities become lines of net_prio.ifpriomap",
                 .needs = {need::root, need::cgroup_v1, need::net_prio_v1},
                 .faults = {"config:drop:/linux/resources/network"}) {
  const Container box = created(limited("/network/priorities", Json::array({{{"name", "lo"}, {"priority", 500}}})));

  EXPECT_THAT(control(box, "net_prio.ifpriomap"), HasSubstr("lo 500"));
}

CONFORMANCE_CASE(cgroup, v1_subsystems, .clause = "config-linux.md#control-groups", .level = descr,
                 .claim = "the program is in a group of its own in each hierarchy that limits something",
                 .needs = {need::root, need::cgroup_v1, need::memory_controller, need::cpu_controller,
                           need::pids_controller, need::devices_v1, need::freezer_v1},
                 .faults = {"join_cgroups"}) {
  const Container box = created({"/probe", "pause"});

  EXPECT_NE(group_of(box, "memory").dir, cgroup_of(getpid(), "memory")->dir);
  EXPECT_NE(group_of(box, "cpu").dir, cgroup_of(getpid(), "cpu")->dir);
  EXPECT_NE(group_of(box, "pids").dir, cgroup_of(getpid(), "pids")->dir);
  EXPECT_NE(group_of(box, "devices").dir, cgroup_of(getpid(), "devices")->dir);
  EXPECT_NE(group_of(box, "freezer").dir, cgroup_of(getpid(), "freezer")->dir);
}

}  // namespace runproof
