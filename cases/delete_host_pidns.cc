// delete without a PID namespace of one's own: nothing may be left of the container, and init's death has not seen to
// it.
#include "cases/support/crowd.h"
#include "harness/case.h"

namespace runproof {

using testing::IsEmpty;

CONFORMANCE_CASE(delete, host_pidns_init_gone, .clause = "runtime.md#delete", .level = cli,
                 .claim = "delete of a container whose init is dead ends the members that are left",
                 .needs = {need::cgroups}, .tags = {"death"}, .faults = {"delete_leaves_members", "kill_members"}) {
  Crowd crowd(serving(host_pidns()), kChildren, 3);
  const Bystanders others(crowd.box(), fresh_id());
  crowd.lose_init();

  EXPECT_THAT(crowd.box().remove(), Succeeds());
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_THAT(crowd.box(), IsGone());
  EXPECT_THAT(others.dead(), IsEmpty());
}

CONFORMANCE_CASE(delete, force_host_pidns_init_gone, .clause = "runtime.md#delete", .level = cli,
                 .claim = "delete --force of a container whose init is dead ends the members that are left",
                 .needs = {need::cgroups}, .tags = {"death"}, .faults = {"delete_leaves_members"}) {
  Crowd crowd(serving(host_pidns()), kChildren, 3);
  const Bystanders others(crowd.box(), fresh_id());
  crowd.lose_init();

  EXPECT_THAT(crowd.box().remove({.force = true}), Succeeds());
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_THAT(crowd.box(), IsGone());
  EXPECT_THAT(others.dead(), IsEmpty());
}

CONFORMANCE_CASE(delete, force_host_pidns, .clause = "runtime.md#delete", .level = cli,
                 .claim = "delete --force ends every process of a container that has no PID namespace of its own",
                 .needs = {need::cgroups}, .tags = {"death"}, .faults = {"delete_leaves_members"}) {
  Crowd crowd(serving(host_pidns()), kChildren, 3);
  const Bystanders others(crowd.box(), fresh_id());

  EXPECT_THAT(crowd.box().remove({.force = true}), Succeeds());
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_THAT(crowd.box(), IsGone());
  EXPECT_THAT(others.dead(), IsEmpty());
}

CONFORMANCE_CASE(delete, force_host_pidns_daemons, .clause = "runtime.md#delete", .level = cli,
                 .claim = "delete --force ends members that forked twice and have sessions of their own",
                 .needs = {need::cgroups}, .tags = {"death"}, .faults = {"delete_leaves_members"}) {
  Crowd crowd(serving(host_pidns()), kDaemons, 3);
  const Bystanders others(crowd.box(), fresh_id());

  EXPECT_THAT(crowd.box().remove({.force = true}), Succeeds());
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_THAT(crowd.box(), IsGone());
  EXPECT_THAT(others.dead(), IsEmpty());
}

CONFORMANCE_CASE(delete, force_host_pidns_deaf, .clause = "runtime.md#delete", .level = cli,
                 .claim = "delete --force ends members with several threads that ignore every signal they can",
                 .needs = {need::cgroups}, .tags = {"death"}, .faults = {"delete_leaves_members"}) {
  Crowd crowd(serving(host_pidns()), kDeaf, 3);
  const Bystanders others(crowd.box(), fresh_id());

  EXPECT_THAT(crowd.box().remove({.force = true}), Succeeds());
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_THAT(crowd.box(), IsGone());
  EXPECT_THAT(others.dead(), IsEmpty());
}

CONFORMANCE_CASE(delete, force_host_pidns_fork_storm, .clause = "runtime.md#delete", .level = cli,
                 .claim = "delete --force ends members that fork all the time, with all that they fork",
                 .needs = {need::cgroups}, .tags = {"death"}, .faults = {"delete_leaves_members"}) {
  Crowd crowd(serving(host_pidns()), kStorm, 1);
  const Bystanders others(crowd.box(), fresh_id());

  EXPECT_THAT(crowd.box().remove({.force = true}), Succeeds());
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_THAT(crowd.box(), IsGone());
  EXPECT_THAT(others.dead(), IsEmpty());
}

CONFORMANCE_CASE(delete, force_host_pidns_paused, .clause = "runtime.md#delete", .level = cli,
                 .claim = "delete --force ends every process of a paused container",
                 .needs = {need::cgroups, need::freezer}, .features = {"pause"}, .tags = {"death"},
                 .faults = {"delete_leaves_members"}) {
  Crowd crowd(serving(host_pidns()), kChildren, 3);
  const Bystanders others(crowd.box(), fresh_id());
  require(crowd.box().pause());

  EXPECT_THAT(crowd.box().remove({.force = true}), Succeeds());
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_THAT(crowd.box(), IsGone());
  EXPECT_THAT(others.dead(), IsEmpty());
}

CONFORMANCE_CASE(
    delete, force_host_pidns_shared_pidns_path, .clause = "runtime.md#delete", .level = cli,
    .claim = "delete --force of a container in another one's PID namespace ends all of it and nothing of the other",
    .needs = {need::cgroups}, .tags = {"death"}, .faults = {"delete_leaves_members"}) {
  Crowd owner(serving(), {}, 1);
  Crowd crowd(serving(in_pidns_of(owner.box())), kChildren, 3);

  EXPECT_THAT(crowd.box().remove({.force = true}), Succeeds());
  EXPECT_THAT(crowd.survivors(), IsEmpty());
  EXPECT_THAT(crowd.box(), IsGone());
  EXPECT_EQ(owner.box().status(), Status::running);
  EXPECT_THAT(owner.members().front().ask({"pid"}, soon()), Field("verb", "pid"));
}

CONFORMANCE_CASE(delete, force_host_pidns_shared_cgroup, .clause = "runtime.md#delete", .level = cli,
                 .claim = "delete --force ends every process of a container whose cgroup another container shares",
                 .needs = {need::cgroups}, .tags = {"death"}, .faults = {"shared_cgroup_ends_only_init"}) {
  const std::string path = callers_group(fresh_id());
  Crowd crowd(serving(host_pidns().cgroups_path(path)), kChildren, 3);
  Container second = container(host_pidns().args({"/probe", "pause"}).cgroups_path(path));
  create_in_shared_group(second);

  EXPECT_THAT(crowd.box().remove({.force = true}), Succeeds());
  EXPECT_THAT(crowd.survivors_of_own(), IsEmpty());
  EXPECT_THAT(crowd.box().state(), FailsCleanly());
}

CONFORMANCE_CASE(delete, force_host_pidns_twice, .clause = "runtime.md#delete", .level = cli,
                 .claim = "a second delete --force is no error: there is nothing left to do", .needs = {need::cgroups},
                 .tags = {"death"}, .faults = {"delete_force_missing_fails"}) {
  Crowd crowd(serving(host_pidns()), kChildren, 3);

  EXPECT_THAT(crowd.box().remove({.force = true}), Succeeds());
  EXPECT_THAT(crowd.box().remove({.force = true}), Succeeds());
  EXPECT_THAT(crowd.survivors(), IsEmpty());
}

CONFORMANCE_CASE(
    delete, force_host_pidns_bystanders, .clause = "runtime.md#delete", .level = must,
    .claim = "delete --force ends no process outside the container's groups, not even one in init's session",
    .needs = {need::cgroups}, .tags = {"death"}, .faults = {"kill_by_session"}) {
  Crowd crowd(serving(host_pidns()), kChildren, 3);
  const Bystanders others(crowd.box(), fresh_id());

  EXPECT_THAT(crowd.box().remove({.force = true}), Succeeds());
  EXPECT_THAT(crowd.box().init(), IsDead());
  EXPECT_THAT(others.dead(), IsEmpty());
}

}  // namespace runproof
