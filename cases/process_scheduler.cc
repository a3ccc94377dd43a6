// config.md#linux-process: scheduler.
#include <sched.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>

#include "cases/support/scheduling.h"
#include "cases/support/told.h"
#include "harness/case.h"
#include "harness/observe/cgroup.h"

namespace runproof {

namespace {

constexpr std::uint64_t kMillisecond = 1'000'000;  // runtime, deadline and period are in nanoseconds

/// Where the kernel shares real time out among v1 groups (CONFIG_RT_GROUP_SCHED), a new group has none of its own.
bool shares_real_time() {
  return std::ranges::any_of(mounted_hierarchies(), [](const Hierarchy& each) {
    return !each.v2 && std::filesystem::exists(each.mount / "cpu.rt_runtime_us");
  });
}

/// A configuration of the first version that has process.scheduler.
Config scheduled(const Json& scheduler) {
  Config config = Config::minimal({"/probe", "scheduler"}).oci_version("1.1.0").set("/process/scheduler", scheduler);
  if (shares_real_time()) config.resource("/cpu", {{"realtimePeriod", 1'000'000}, {"realtimeRuntime", 5'000}});
  return config;
}

Json deadline(std::uint64_t runtime, std::uint64_t deadline, std::uint64_t period) {
  return {{"policy", "SCHED_DEADLINE"}, {"runtime", runtime}, {"deadline", deadline}, {"period", period}};
}

/// Ourselves, so the runtime, too.
void become_nicer() {
  if (::setpriority(PRIO_PROCESS, 0, 7) != 0) throw Broken("become nicer", "setpriority failed");
}

/// A configuration and what sched_getattr(2) must say then.
struct Scheduling {
  std::string_view name;
  Json scheduler;
  Json seen;
};
const Scheduling kPolicies[] = {
    {"other", {{"policy", "SCHED_OTHER"}, {"nice", 5}}, {{"policy", SCHED_OTHER}, {"nice", 5}}},
    {"batch", {{"policy", "SCHED_BATCH"}}, {{"policy", SCHED_BATCH}}},
    {"idle", {{"policy", "SCHED_IDLE"}}, {{"policy", SCHED_IDLE}}},
    {"fifo", {{"policy", "SCHED_FIFO"}, {"priority", 10}}, {{"policy", SCHED_FIFO}, {"priority", 10}}},
    {"rr", {{"policy", "SCHED_RR"}, {"priority", 20}}, {{"policy", SCHED_RR}, {"priority", 20}}},
    {"deadline",
     deadline(10 * kMillisecond, 20 * kMillisecond, 40 * kMillisecond),
     {{"policy", SCHED_DEADLINE},
      {"runtime", 10 * kMillisecond},
      {"deadline", 20 * kMillisecond},
      {"period", 40 * kMillisecond}}},
    {"deadline_no_period",
     {{"policy", "SCHED_DEADLINE"}, {"runtime", 10 * kMillisecond}, {"deadline", 20 * kMillisecond}},
     {{"policy", SCHED_DEADLINE}, {"deadline", 20 * kMillisecond}, {"period", 20 * kMillisecond}}},
};

}  // namespace

CONFORMANCE_CASE_FOR(process, scheduler, policy, kPolicies, .clause = "config.md#linux-process", .level = descr,
                     .claim = "the program is scheduled as process.scheduler says", .needs = {need::root},
                     .faults = {"set_scheduler"}, .lock = "deadline", .since = "1.1.0") {
  Serving box = serving(scheduled(policy.scheduler));

  EXPECT_EQ(only(box.ask({"scheduler"}), policy.seen), policy.seen);
  EXPECT_EQ(only(scheduler_of(box.pid()), policy.seen), policy.seen);
}

namespace {

const Scheduling kSchedulingFlags[] = {
    {"reset_on_fork",
     {{"policy", "SCHED_FIFO"}, {"priority", 10}, {"flags", {"SCHED_FLAG_RESET_ON_FORK"}}},
     {{"flags", 1}}},
    {"reclaim",
     {{"policy", "SCHED_DEADLINE"},
      {"runtime", 10 * kMillisecond},
      {"deadline", 20 * kMillisecond},
      {"flags", {"SCHED_FLAG_RECLAIM"}}},
     {{"flags", 2}}},
    {"dl_overrun",
     {{"policy", "SCHED_DEADLINE"},
      {"runtime", 10 * kMillisecond},
      {"deadline", 20 * kMillisecond},
      {"flags", {"SCHED_FLAG_DL_OVERRUN"}}},
     {{"flags", 4}}},
    {"keep_policy", {{"policy", "SCHED_BATCH"}, {"flags", {"SCHED_FLAG_KEEP_POLICY"}}}, {{"policy", SCHED_OTHER}}},
    {"keep_params",
     {{"policy", "SCHED_BATCH"}, {"nice", 5}, {"flags", {"SCHED_FLAG_KEEP_PARAMS"}}},
     {{"policy", SCHED_OTHER}, {"nice", ::getpriority(PRIO_PROCESS, 0)}}},  // the caller's, which is ours
};

}  // namespace

CONFORMANCE_CASE_FOR(process, scheduler_flag, flag, kSchedulingFlags, .clause = "config.md#linux-process",
                     .level = descr, .claim = "the flags of process.scheduler are given to the kernel",
                     .needs = {need::root}, .faults = {"config:drop:/process/scheduler/flags"}, .lock = "deadline",
                     .since = "1.1.0") {
  Serving box = serving(scheduled(flag.scheduler));

  EXPECT_EQ(only(box.ask({"scheduler"}), flag.seen), flag.seen);
  EXPECT_EQ(only(scheduler_of(box.pid()), flag.seen), flag.seen);
}

CONFORMANCE_CASE(process, scheduler_defaults_zero, .clause = "config.md#linux-process", .level = descr,
                 .claim = "a nice value that process.scheduler does not give is 0, whatever the caller's is",
                 .needs = {need::root}, .faults = {"set_scheduler"}, .since = "1.1.0") {
  become_nicer();

  Serving box = serving(scheduled({{"policy", "SCHED_OTHER"}}));

  EXPECT_THAT(box.ask({"scheduler"}), Field("nice", 0));
  EXPECT_THAT(scheduler_of(box.pid()), Field("nice", 0));
}

namespace {

struct BadScheduler {
  std::string_view name;
  Json scheduler;
};
const BadScheduler kBadSchedulers[] = {
    {"iso", {{"policy", "SCHED_ISO"}}},
    {"invalid_policy", {{"policy", "SCHED_TEST"}}},
    {"invalid_flag", {{"policy", "SCHED_OTHER"}, {"flags", {"SCHED_FLAG_TEST"}}}},
    {"deadline_missing_runtime", {{"policy", "SCHED_DEADLINE"}, {"deadline", kMillisecond}, {"period", kMillisecond}}},
    {"deadline_missing_deadline", {{"policy", "SCHED_DEADLINE"}, {"runtime", kMillisecond}, {"period", kMillisecond}}},
    {"deadline_zero_runtime", deadline(0, kMillisecond, kMillisecond)},
    {"deadline_order", deadline(3 * kMillisecond, 2 * kMillisecond, 4 * kMillisecond)},
    {"deadline_period_order", deadline(2 * kMillisecond, 4 * kMillisecond, 3 * kMillisecond)},
    {"deadline_too_small", deadline(10, kMillisecond, kMillisecond)},
    {"deadline_too_big", deadline(1ull << 63, (1ull << 63) + 1, (1ull << 63) + 2)},
};

}  // namespace

CONFORMANCE_CASE_FOR(process, scheduler_refused, bad, kBadSchedulers, .clause = "config.md#valid-values", .level = must,
                     .claim = "a process.scheduler that Linux cannot do is an error",
                     .faults = {"config:drop:/process/scheduler"}, .since = "1.1.0") {
  Container box = container(scheduled(bad.scheduler));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

}  // namespace runproof
