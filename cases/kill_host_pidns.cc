// Killing without a PID namespace of one's own: the kernel does not help, so the runtime must find every process of the
// container, and no other one. runtime.md says only that the container process gets the signal; that KILL means the
// whole container is what clients rely on.
#include "cases/support/crowd.h"
#include "cases/support/signals.h"
#include "harness/case.h"

namespace runproof {

using testing::IsEmpty;

namespace {

const std::vector<std::string> kBomb = {"--count", "1", "--bomb"};

}  // namespace

CONFORMANCE_CASE(kill, host_pidns, .clause = "runtime.md#kill", .level = cli,
                 .claim = "KILL ends every process of a container that has no PID namespace of its own",
                 .needs = {need::cgroups}, .tags = {"death"}, .faults = {"kill_only_init", "kill_async", "await_end"}) {
  Crowd crowd(serving(host_pidns()), kChildren, 3);
  const Bystanders others(crowd.box(), fresh_id());

  EXPECT_THAT(crowd.box().kill(SIGKILL), Succeeds());
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_EQ(crowd.box().status(), Status::stopped);
  EXPECT_THAT(others.dead(), IsEmpty());
}

CONFORMANCE_CASE(kill, host_pidns_all, .clause = "runtime.md#kill", .level = cli,
                 .claim = "kill --all KILL ends every process of a container that has no PID namespace of its own",
                 .needs = {need::cgroups}, .features = {"kill_all"}, .tags = {"death"}, .faults = {"kill_only_init"}) {
  Crowd crowd(serving(host_pidns()), kDaemons, 3);
  const Bystanders others(crowd.box(), fresh_id());

  EXPECT_THAT(crowd.box().kill("KILL", {.all = true}), Succeeds());
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_EQ(crowd.box().status(), Status::stopped);
  EXPECT_THAT(others.dead(), IsEmpty());
}

CONFORMANCE_CASE(kill, host_pidns_all_fork_storm, .clause = "runtime.md#kill", .level = cli,
                 .claim = "kill --all KILL ends members that fork all the time, with all that they fork",
                 .needs = {need::cgroups}, .features = {"kill_all"}, .tags = {"death"}, .faults = {"kill_only_init"}) {
  Crowd crowd(serving(host_pidns()), kStorm, 1);
  const Bystanders others(crowd.box(), fresh_id());

  EXPECT_THAT(crowd.box().kill("KILL", {.all = true}), Succeeds());
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_EQ(crowd.box().status(), Status::stopped);
  EXPECT_THAT(others.dead(), IsEmpty());
}

CONFORMANCE_CASE(kill, host_pidns_init_gone, .clause = "runtime.md#kill", .level = cli,
                 .claim = "KILL ends the members that are left when init is dead already", .needs = {need::cgroups},
                 .tags = {"death"}, .faults = {"kill_init_gone_refused"}) {
  Crowd crowd(serving(host_pidns()), kChildren, 3);
  const Bystanders others(crowd.box(), fresh_id());
  crowd.lose_init();

  (void)crowd.box().kill(SIGKILL);  // the container is stopped, so an error is right as well
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_EQ(crowd.box().status(), Status::stopped);
  EXPECT_THAT(others.dead(), IsEmpty());
}

CONFORMANCE_CASE(kill, host_pidns_signal_only_init, .clause = "runtime.md#kill", .level = must,
                 .claim = "a signal other than KILL goes to init alone", .needs = {need::cgroups},
                 .faults = {"kill_signals_all"}) {
  Crowd crowd(serving(host_pidns()), {}, 1);
  crowd.box().ask({"trap", "USR1"});
  (void)crowd.members().front().ask({"trap", "USR1"}, soon());

  ASSERT_THAT(crowd.box().kill("USR1"), Succeeds());
  EXPECT_THAT(crowd.box().peer().next(soon()), Field("signal", "USR1"));
  EXPECT_FALSE(has_caught(crowd.members().front(), "USR1"));
}

CONFORMANCE_CASE(kill, host_pidns_daemons, .clause = "runtime.md#kill", .level = cli,
                 .claim = "KILL ends members that forked twice and have sessions of their own",
                 .needs = {need::cgroups}, .tags = {"death"}, .faults = {"kill_only_init"}) {
  Crowd crowd(serving(host_pidns()), kDaemons, 3);
  const Bystanders others(crowd.box(), fresh_id());

  EXPECT_THAT(crowd.box().kill(SIGKILL), Succeeds());
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_EQ(crowd.box().status(), Status::stopped);
  EXPECT_THAT(others.dead(), IsEmpty());
}

CONFORMANCE_CASE(kill, host_pidns_deaf, .clause = "runtime.md#kill", .level = cli,
                 .claim = "KILL ends members with several threads that ignore every signal they can",
                 .needs = {need::cgroups}, .tags = {"death"}, .faults = {"kill_only_init"}) {
  Crowd crowd(serving(host_pidns()), kDeaf, 3);
  const Bystanders others(crowd.box(), fresh_id());

  EXPECT_THAT(crowd.box().kill(SIGKILL), Succeeds());
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_EQ(crowd.box().status(), Status::stopped);
  EXPECT_THAT(others.dead(), IsEmpty());
}

CONFORMANCE_CASE(kill, host_pidns_fork_storm, .clause = "runtime.md#kill", .level = cli,
                 .claim = "KILL ends members that fork all the time, with all that they fork", .needs = {need::cgroups},
                 .tags = {"death"}, .faults = {"kill_only_init"}) {
  Crowd crowd(serving(host_pidns()), kStorm, 1);
  const Bystanders others(crowd.box(), fresh_id());

  EXPECT_THAT(crowd.box().kill(SIGKILL), Succeeds());
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_EQ(crowd.box().status(), Status::stopped);
  EXPECT_THAT(others.dead(), IsEmpty());
}

CONFORMANCE_CASE(kill, host_pidns_fork_bomb, .clause = "runtime.md#kill", .level = cli,
                 .claim = "one KILL ends a fork bomb that has filled its container",
                 .needs = {need::root, need::cgroups, need::pids_controller}, .tags = {"death"},
                 .faults = {"kill_only_init"}) {
  Serving box = serving(host_pidns().resource("/pids/limit", 64));
  const Bystanders others(box, fresh_id());  // before the container is full
  Crowd crowd(std::move(box), kBomb, 1);
  (void)crowd.members().front().ask({"pid"}, soon());  // it answers once no more can be forked

  EXPECT_THAT(crowd.box().kill(SIGKILL), Succeeds());
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_EQ(crowd.box().status(), Status::stopped);
  EXPECT_THAT(others.dead(), IsEmpty());
}

CONFORMANCE_CASE(kill, host_pidns_paused, .clause = "runtime.md#kill", .level = cli,
                 .claim = "KILL ends every process of a paused container, at the latest when it is resumed",
                 .needs = {need::cgroups, need::freezer}, .features = {"pause"}, .tags = {"death"},
                 .faults = {"kill_only_init"}) {
  Crowd crowd(serving(host_pidns()), kChildren, 3);
  const Bystanders others(crowd.box(), fresh_id());
  require(crowd.box().pause());

  EXPECT_THAT(crowd.box().kill(SIGKILL), Succeeds());
  (void)crowd.box().resume();
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_EQ(crowd.box().status(), Status::stopped);
  EXPECT_THAT(others.dead(), IsEmpty());
}

CONFORMANCE_CASE(kill, host_pidns_shared_pidns_path, .clause = "runtime.md#kill", .level = cli,
                 .claim = "KILL of a container in another one's PID namespace ends all of it and nothing of the other",
                 .needs = {need::cgroups}, .tags = {"death"}, .faults = {"kill_only_init"}) {
  Crowd owner(serving(), {}, 1);
  Crowd crowd(serving(in_pidns_of(owner.box())), kChildren, 3);

  EXPECT_THAT(crowd.box().kill(SIGKILL), Succeeds());
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_EQ(crowd.box().status(), Status::stopped);
  EXPECT_EQ(owner.box().status(), Status::running);
  EXPECT_THAT(owner.members().front().ask({"pid"}, soon()), Field("verb", "pid"));
}

CONFORMANCE_CASE(kill, host_pidns_shared_cgroup, .clause = "runtime.md#kill", .level = cli,
                 .claim = "KILL ends every process of a container whose cgroup another container shares",
                 .needs = {need::cgroups}, .tags = {"death"}, .faults = {"shared_cgroup_ends_only_init"}) {
  const std::string path = callers_group(fresh_id());
  Crowd crowd(serving(host_pidns().cgroups_path(path)), kChildren, 3);
  Container second = container(host_pidns().args({"/probe", "pause"}).cgroups_path(path));
  create_in_shared_group(second);

  EXPECT_THAT(crowd.box().kill(SIGKILL), Succeeds());
  EXPECT_THAT(crowd.survivors_of_own(), IsEmpty());
  EXPECT_EQ(crowd.box().status(), Status::stopped);
}

CONFORMANCE_CASE(kill, host_pidns_twice, .clause = "runtime.md#kill", .level = must,
                 .claim = "a second KILL, for a container that the first has ended, is an error",
                 .needs = {need::cgroups}, .tags = {"death"}, .faults = {"kill_accepts_stopped"}) {
  Crowd crowd(serving(host_pidns()), kChildren, 3);

  EXPECT_THAT(crowd.box().kill(SIGKILL), Succeeds());
  crowd.box().await(Status::stopped);
  EXPECT_THAT(crowd.box().kill(SIGKILL), FailsCleanly());
}

CONFORMANCE_CASE(kill, host_pidns_bystanders, .clause = "runtime.md#kill", .level = hardening,
                 .claim = "KILL reaches no process outside the container's groups, not even one in init's session",
                 .needs = {need::cgroups}, .tags = {"death"}, .faults = {"kill_by_session"}) {
  Crowd crowd(serving(host_pidns()), kChildren, 3);
  const Bystanders others(crowd.box(), fresh_id());

  EXPECT_THAT(crowd.box().kill(SIGKILL), Succeeds());
  crowd.box().await(Status::stopped);
  EXPECT_THAT(others.dead(), IsEmpty());
}

}  // namespace runproof
