// linux.resources.memory on cgroup v2, where v1's words are converted or refused.
#include "cases/support/cgroups.h"
#include "cases/support/limits.h"
#include "harness/case.h"

namespace runproof {

using testing::Contains;
using testing::Ge;
using testing::Pair;

namespace {

struct V1Only {
  std::string_view name;
  std::string_view pointer;
  std::int64_t value;
};
constexpr V1Only kV1Only[] = {{"kernel", "/memory/kernel", 64 * kMiB},
                              {"kernel_tcp", "/memory/kernelTCP", 64 * kMiB},
                              {"swappiness", "/memory/swappiness", 50}};

Config memory_and_swap(std::int64_t memory, std::int64_t swap) {
  return limited("/memory/limit", memory).resource("/memory/swap", swap);
}

}  // namespace

CONFORMANCE_CASE(cgroup, v2_memory_limit, .clause = "config-linux.md#memory", .level = descr,
                 .claim = "memory.limit becomes memory.max",
                 .needs = {need::cgroups, need::cgroup_v2, need::memory_controller}, .faults = {kNoMemory}) {
  const Container box = created(limited("/memory/limit", 64 * kMiB));

  EXPECT_EQ(control(box, "memory.max"), "67108864");
}

CONFORMANCE_CASE(cgroup, v2_memory_reservation, .clause = "config-linux.md#memory", .level = descr,
                 .claim = "memory.reservation becomes memory.low",
                 .needs = {need::cgroups, need::cgroup_v2, need::memory_controller}, .faults = {kNoMemory}) {
  const Container box = created(limited("/memory/reservation", 32 * kMiB));

  EXPECT_EQ(control(box, "memory.low"), "33554432");
}

CONFORMANCE_CASE(cgroup, v2_memory_swap, .clause = "config-linux.md#memory", .level = descr,
                 .claim = "memory.swap, which counts memory and swap, becomes memory.swap.max without the memory",
                 .needs = {need::cgroups, need::cgroup_v2, need::memory_controller},
                 .faults = {"config:drop:/linux/resources/memory/swap"}) {
  const Container box = created(memory_and_swap(64 * kMiB, 96 * kMiB));

  EXPECT_EQ(control(box, "memory.max"), "67108864");
  EXPECT_EQ(control(box, "memory.swap.max"), "33554432");
}

CONFORMANCE_CASE(cgroup, v2_memory_swap_none, .clause = "config-linux.md#memory", .level = descr,
                 .claim = "memory.swap as large as memory.limit leaves no swap",
                 .needs = {need::cgroups, need::cgroup_v2, need::memory_controller},
                 .faults = {"config:drop:/linux/resources/memory/swap"}) {
  const Container box = created(memory_and_swap(64 * kMiB, 64 * kMiB));

  EXPECT_EQ(control(box, "memory.swap.max"), "0");
}

CONFORMANCE_CASE(cgroup, v2_memory_swap_lt_limit, .clause = "config-linux.md#example", .level = must,
                 .claim = "memory.swap below memory.limit, which no swap limit can express, is an error",
                 .needs = {need::cgroups, need::cgroup_v2, need::memory_controller},
                 .faults = {"config:drop:/linux/resources/memory/swap"}) {
  Container box = container(memory_and_swap(64 * kMiB, 32 * kMiB));

  EXPECT_THAT(box.create(), FailsCleanly());
}

CONFORMANCE_CASE(cgroup, v2_memory_unlimited, .clause = "config-linux.md#memory", .level = descr,
                 .claim = "-1 means no limit of memory and of swap, in a group that has limits as well",
                 .needs = {need::root, need::cgroup_v2, need::memory_controller}, .faults = {kNoMemory}) {
  const ForeignGroups prepared(fresh_id());
  set_control(prepared.groups(), "memory.max", "67108864");
  set_control(prepared.groups(), "memory.swap.max", "67108864");
  const Container box = created(memory_and_swap(-1, -1).cgroups_path(prepared.path()));

  EXPECT_EQ(control(box, "memory.max"), "max");
  EXPECT_EQ(control(box, "memory.swap.max"), "max");
}

CONFORMANCE_CASE(cgroup, v2_memory_enforced, .clause = "config-linux.md#memory", .level = descr,
                 .claim = "a program that uses more than memory.limit is ended by the kernel",
                 .needs = {need::cgroups, need::cgroup_v2, need::memory_controller}, .faults = {kNoMemory}) {
  Serving box = serving(memory_and_swap(32 * kMiB, 32 * kMiB));

  // Not init: systemd removes the group, and what it has counted, as soon as it is empty.
  EXPECT_THAT(box.ask({"spawn", "/probe", "allocate", "64"}), Field("signal", SIGKILL));
  EXPECT_THAT(group_of(box, "memory").events("memory.events"), Contains(Pair("oom_kill", Ge(1))));
}

CONFORMANCE_CASE_FOR(cgroup, v2_memory_v1_only_fields, field, kV1Only, .clause = "config-linux.md#example",
                     .level = must, .claim = "a memory setting of v1 that has no counterpart on v2 is an error",
                     .needs = {need::cgroups, need::cgroup_v2}, .faults = {kNoMemory}) {
  Container box = container(limited(field.pointer, field.value));

  EXPECT_THAT(box.create(), FailsCleanly());
}

CONFORMANCE_CASE(cgroup, v2_memory_disable_oom_killer, .clause = "config-linux.md#example", .level = must,
                 .claim = "memory.disableOOMKiller, which v2 cannot do, is an error",
                 .needs = {need::cgroups, need::cgroup_v2}, .faults = {kNoMemory}) {
  Container box = container(limited("/memory/disableOOMKiller", true));

  EXPECT_THAT(box.create(), FailsCleanly());
}

}  // namespace runproof
