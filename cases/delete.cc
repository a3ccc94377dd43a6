// runtime.md: delete. What it removes, and what it must leave alone, is in delete_resources.cc.
#include "cases/support/cgroups.h"
#include "harness/case.h"

namespace runproof {

CONFORMANCE_CASE(delete, no_id, .clause = "runtime.md#delete", .level = must,
                 .claim = "delete without an id is an error", .faults = {"missing_id_accepted"}) {
  EXPECT_THAT(runtime({"delete"}), FailsCleanly());
}

CONFORMANCE_CASE(delete, nonexistent, .clause = "runtime.md#delete", .level = must,
                 .claim = "delete of a container that does not exist is an error",
                 .faults = {"delete_missing_succeeds"}) {
  Container box = container(Config::minimal({"/probe", "true"}));

  EXPECT_THAT(box.remove(), FailsCleanly());
}

CONFORMANCE_CASE(delete, created_refused, .clause = "runtime.md#delete", .level = must,
                 .claim = "delete of a created container, which is not stopped, is an error and leaves it as it is",
                 .faults = {"delete_created_accepted"}, .profile = spec_only) {
  Container box = created({"/probe", "true"});

  EXPECT_THAT(box.remove(), FailsCleanly());
  EXPECT_EQ(box.status(), Status::created);
  EXPECT_THAT(box.init(), IsAlive());
}

CONFORMANCE_CASE(delete, created_allowed, .clause = "runtime.md#delete", .level = cli,
                 .claim = "delete of a created container ends and removes it, as runc, crun and youki do",
                 .tags = {"death"}, .unsabotaged = "refrun refuses it, as the spec has it", .profile = compat_only) {
  Container box = created({"/probe", "true"});

  EXPECT_THAT(box.remove(), Succeeds());
  EXPECT_THAT(box, IsGone());
  EXPECT_THAT(box.init(), IsDead());
}

CONFORMANCE_CASE(delete, running_refused, .clause = "runtime.md#delete", .level = must,
                 .claim = "delete of a running container is an error", .faults = {"delete_running_accepted"}) {
  Serving box = serving();

  EXPECT_THAT(box.remove(), FailsCleanly());
}

CONFORMANCE_CASE(delete, running_no_effect, .clause = "runtime.md#delete", .level = must,
                 .claim = "a refused delete leaves the container running", .faults = {"delete_refused_kills"}) {
  Serving box = serving();
  const base::Json before = box.state_json();

  EXPECT_THAT(box.remove(), FailsCleanly());
  EXPECT_EQ(box.state_json(), before);
  EXPECT_THAT(box.init(), IsAlive());
  EXPECT_THAT(box.ask({"pid"}), Field("pid", 1));
}

CONFORMANCE_CASE(delete, paused_refused, .clause = "runtime.md#delete", .level = must,
                 .claim = "delete of a paused container is an error and leaves it paused",
                 .needs = {need::root, need::freezer}, .features = {"pause"}, .faults = {"delete_paused_accepted"}) {
  Serving box = serving();
  require(box.pause());

  EXPECT_THAT(box.remove(), FailsCleanly());
  EXPECT_EQ(box.status(), Status::paused);
  EXPECT_THAT(box.resume(), Succeeds());
}

CONFORMANCE_CASE(delete, stopped, .clause = "runtime.md#delete", .level = must,
                 .claim = "delete of a stopped container succeeds", .tags = {"death"},
                 .faults = {"delete_stopped_refused"}) {
  Container box = stopped();

  EXPECT_THAT(box.remove(), Succeeds());
}

CONFORMANCE_CASE(delete, twice, .clause = "runtime.md#delete", .level = must,
                 .claim = "a second delete of the same id is an error", .tags = {"death"},
                 .faults = {"delete_missing_succeeds"}) {
  Container box = stopped();
  require(box.remove());

  EXPECT_THAT(box.remove(), FailsCleanly());
}

CONFORMANCE_CASE(delete, id_reusable, .clause = "runtime.md#delete", .level = may,
                 .claim = "after delete a new container can have the same id", .tags = {"death"},
                 .faults = {"delete_leaves_state"}) {
  Container box = stopped();
  require(box.remove());

  EXPECT_THAT(box.create(), Succeeds());
  EXPECT_EQ(box.status(), Status::created);
}

CONFORMANCE_CASE(delete, force_running, .clause = "runtime.md#delete", .level = cli,
                 .claim = "delete --force ends and removes a running container", .tags = {"death"},
                 .faults = {"delete_force_running_refused"}) {
  Serving box = serving();

  EXPECT_THAT(box.remove({.force = true}), Succeeds());
  EXPECT_THAT(box, IsGone());
  EXPECT_THAT(box.init(), IsDead());
}

CONFORMANCE_CASE(delete, force_nonexistent, .clause = "runtime.md#delete", .level = cli,
                 .claim = "delete --force of a container that does not exist is no error",
                 .faults = {"delete_force_missing_fails"}) {
  Container box = container(Config::minimal({"/probe", "true"}));

  EXPECT_THAT(box.remove({.force = true}), Succeeds());
}

CONFORMANCE_CASE(delete, force_paused, .clause = "runtime.md#delete", .level = cli,
                 .claim = "delete --force ends and removes a paused container", .needs = {need::root, need::freezer},
                 .features = {"pause"}, .tags = {"death"}, .faults = {"delete_force_running_refused"}) {
  Serving box = serving();
  require(box.pause());

  EXPECT_THAT(box.remove({.force = true}), Succeeds());
  EXPECT_THAT(box, IsGone());
  EXPECT_THAT(box.init(), IsDead());
}

CONFORMANCE_CASE(delete, regex, .clause = "runtime.md#delete", .level = vendor,
                 .claim = "delete --regex removes every container whose id matches", .features = {"delete_regex"},
                 .tags = {"death"}, .faults = {"delete_regex_first_only"}) {
  Container one = stopped();
  Container two = stopped();
  Container matching_both = container(one.bundle(), context().prefix() + "-.*");

  EXPECT_THAT(matching_both.remove({.regex = true}), Succeeds());
  EXPECT_THAT(one, IsGone());
  EXPECT_THAT(two, IsGone());
}

}  // namespace runproof
