// runtime.md: state, query state.
#include <fcntl.h>

#include "cases/support/state_schema.h"
#include "harness/case.h"
#include "harness/observe/namesake.h"
#include "harness/runtime/invoke.h"
#include "harness/spawn/reaper.h"

namespace runproof {

using testing::AnyOf;
using testing::IsEmpty;

CONFORMANCE_CASE(state, no_id, .clause = "runtime.md#query-state", .level = must,
                 .claim = "state without an id is an error", .faults = {"missing_id_accepted"}) {
  EXPECT_THAT(runtime({"state"}), FailsCleanly());
}

CONFORMANCE_CASE(state, nonexistent, .clause = "runtime.md#query-state", .level = must,
                 .claim = "state of a container that does not exist is an error",
                 .faults = {"state_missing_succeeds"}) {
  Container box = container(Config::minimal({"/probe", "true"}));

  EXPECT_THAT(box.state(), FailsCleanly());
}

CONFORMANCE_CASE(state, returns, .clause = "runtime.md#query-state", .level = must,
                 .claim = "state prints a JSON object about the container", .faults = {"state_invalid_json"}) {
  Container box = created({"/probe", "true"});

  EXPECT_THAT(box.state(), Succeeds());
  EXPECT_TRUE(box.state_json().is_object());
}

CONFORMANCE_CASE(state, schema_valid_created, .clause = "runtime.md#state", .level = must,
                 .claim = "the state of a created container is as the schema wants it", .faults = {"state_no_bundle"}) {
  Container box = created({"/probe", "true"});

  EXPECT_THAT(state_schema_problems(box.state_json()), IsEmpty());
}

CONFORMANCE_CASE(state, schema_valid, .clause = "runtime.md#state", .level = must,
                 .claim = "the state of a running container is as the schema wants it",
                 .faults = {"state_no_bundle", "state_oci_version_empty"}) {
  Serving box = serving(Config::minimal({}).annotation("org.example.key", "value"));

  EXPECT_THAT(state_schema_problems(box.state_json()), IsEmpty());
}

CONFORMANCE_CASE(state, schema_valid_stopped, .clause = "runtime.md#state", .level = must,
                 .claim = "the state of a stopped container is as the schema wants it", .tags = {"death"},
                 .faults = {"state_no_bundle"}) {
  Container box = stopped();

  EXPECT_THAT(state_schema_problems(box.state_json()), IsEmpty());
}

CONFORMANCE_CASE(state, field_oci_version, .clause = "runtime.md#state", .level = must,
                 .claim = "ociVersion is there and is a version as SemVer writes it",
                 .faults = {"state_oci_version_empty"}) {
  Container box = created({"/probe", "true"});

  EXPECT_TRUE(is_semver(box.state_json().value("ociVersion", ""))) << box.state_json();
}

CONFORMANCE_CASE(state, field_id, .clause = "runtime.md#state", .level = must,
                 .claim = "id is the one that create was given", .faults = {"state_wrong_id"}) {
  Container box = created({"/probe", "true"});

  EXPECT_THAT(box.state_json(), Field("id", box.id()));
}

CONFORMANCE_CASE(
    state, field_pid, .clause = "runtime.md#state", .level = must,
    .claim = "pid is that of the container process, as the caller sees it, while it is created and while it runs",
    .faults = {"state_wrong_pid", "state_no_pid"}) {
  Serving box = created_to_serve();

  EXPECT_THAT(box.state_json(), Field("pid", box.pid()));
  box.serve();
  EXPECT_THAT(box.state_json(), Field("pid", box.peer().pid()));
}

CONFORMANCE_CASE(state, field_pid_stopped, .clause = "runtime.md#state", .level = cli,
                 .claim = "once the container is stopped pid is absent or 0", .tags = {"death"},
                 .faults = {"state_stopped_pid"}) {
  Container box = stopped();

  EXPECT_THAT(box.state_json(), AnyOf(NoField("pid"), Field("pid", 0)));
}

CONFORMANCE_CASE(state, field_bundle, .clause = "runtime.md#state", .level = must,
                 .claim = "bundle is the bundle's absolute path, though create was given a relative one",
                 .faults = {"state_relative_bundle", "state_no_bundle"}) {
  Container box = container(Config::minimal({"/probe", "true"}));
  const auto path = box.bundle().path();
  require(box.create({.bundle = path.filename().string(), .cwd = path.parent_path()}));

  EXPECT_THAT(box.state_json(), Field("bundle", path.string()));
}

CONFORMANCE_CASE(state, field_annotations, .clause = "runtime.md#state", .level = may,
                 .claim = "annotations are those of config.json", .faults = {"state_no_annotations"}) {
  Container box =
      created(Config::minimal({"/probe", "true"}).annotation("org.example.key", "value").annotation("other", ""));

  EXPECT_THAT(box.state_json(), Field("/annotations/org.example.key", "value"));
  EXPECT_THAT(box.state_json(), Field("/annotations/other", ""));
}

CONFORMANCE_CASE(state, field_annotations_empty, .clause = "runtime.md#state", .level = may,
                 .claim = "without annotations the property is absent or an empty map",
                 .faults = {"state_invalid_json"}) {
  Container box = created({"/probe", "true"});

  EXPECT_THAT(box.state_json(), AnyOf(NoField("annotations"), Field("annotations", base::Json::object())));
}

CONFORMANCE_CASE(state, status_creating, .clause = "runtime.md#state", .level = may,
                 .claim = "hooks that run while the container is created are told the status creating",
                 .faults = {"hook_state_stale"}) {
  const Bundle& here = bare_bundle();
  const std::string log = here.file("/hooks").string();
  here.write(Config::minimal({"/probe", "true"})
                 .hook(HookKind::create_runtime,
                       {{"path", here.file("/probe").string()}, {"args", {"probe", "hook", log, "createRuntime"}}}));
  Container box = container(here);
  require(box.create());

  const auto runs = read_hook_log(log);
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_THAT(runs.front().state, Field("status", "creating"));
}

CONFORMANCE_CASE(state, status_created, .clause = "runtime.md#state", .level = must,
                 .claim = "between create and start the status is created",
                 .faults = {"state_created_is_running", "state_always_running"}) {
  Container box = created({"/probe", "true"});

  EXPECT_EQ(box.status(), Status::created);
}

CONFORMANCE_CASE(state, status_running, .clause = "runtime.md#state", .level = must,
                 .claim = "after start, while the program lives, the status is running",
                 .faults = {"state_running_is_created"}) {
  Serving box = serving();

  EXPECT_EQ(box.status(), Status::running);
}

CONFORMANCE_CASE(state, status_stopped_exit, .clause = "runtime.md#state", .level = must,
                 .claim = "once the program has exited by itself the status is stopped", .tags = {"death"},
                 .faults = {"state_stopped_is_running"}) {
  Container box = started({"/probe", "exit", "3"});
  box.await_init_death();

  EXPECT_EQ(box.status(), Status::stopped);
}

CONFORMANCE_CASE(state, status_stopped_kill, .clause = "runtime.md#state", .level = must,
                 .claim = "after a kill the status is stopped", .tags = {"death"},
                 .faults = {"state_stopped_is_running"}) {
  Serving box = serving();
  require(box.kill(SIGKILL));
  box.await_init_death();

  EXPECT_EQ(box.status(), Status::stopped);
}

CONFORMANCE_CASE(state, status_paused, .clause = "runtime.md#state", .level = cli,
                 .claim = "while it is frozen the status is paused", .needs = {need::root, need::freezer},
                 .features = {"pause"}, .faults = {"state_paused_is_running"}) {
  Serving box = serving();
  require(box.pause());

  EXPECT_EQ(box.status(), Status::paused);
  EXPECT_THAT(box.resume(), Succeeds());
  EXPECT_EQ(box.status(), Status::running);
}

CONFORMANCE_CASE(
    state, status_after_host_kill, .clause = "runtime.md#state", .level = must,
    .claim = "an init that a signal from the host has ended, and that nobody has reaped yet, means stopped",
    .tags = {"death"}, .faults = {"state_zombie_runs"}) {
  Serving box = serving();
  const auto zombie = Reaper::instance().hold(box.pid());

  box.init().signal(SIGKILL);
  box.await_init_death();
  EXPECT_EQ(box.init().look().fate, Fate::zombie);
  EXPECT_EQ(box.status(), Status::stopped);
}

CONFORMANCE_CASE(
    state, pid_reuse, .clause = "runtime.md#state", .level = hardening,
    .claim = "another process that has got the number of a dead init does not make the container run again",
    .needs = {need::root}, .tags = {"death"}, .faults = {"pid_reuse_ignored"}) {
  Container box = stopped();
  const Namesake other(box.init(), context().within(std::chrono::seconds{5}));

  EXPECT_EQ(box.status(), Status::stopped);
}

CONFORMANCE_CASE(state, after_delete, .clause = "runtime.md#query-state", .level = must,
                 .claim = "state of a deleted container is an error", .tags = {"death"},
                 .faults = {"state_missing_succeeds"}) {
  Container box = stopped();
  require(box.remove());

  EXPECT_THAT(box.state(), FailsCleanly());
}

CONFORMANCE_CASE(state, root_isolation, .clause = "runtime.md#query-state", .level = cli,
                 .claim = "a container of one --root is not seen through another",
                 .faults = {"state_missing_succeeds"}) {
  Container box = created({"/probe", "true"});
  Container same_name = container(box.bundle(), box.id());
  same_name.globals().root = scratch() / "elsewhere";

  EXPECT_THAT(same_name.state(), FailsCleanly());
  EXPECT_THAT(box.state(), Succeeds());
}

CONFORMANCE_CASE(state, survives_runtime_exit, .clause = "runtime.md#scope-of-a-container", .level = must,
                 .claim = "the runtime, called anew from another session and directory, says the same",
                 .faults = {"state_invalid_json"}) {
  Serving box = serving();
  const base::Json before = box.state_json();
  box.caller().grouping = Grouping::own_session;

  EXPECT_EQ(box.state_json(), before);
}

}  // namespace runproof
