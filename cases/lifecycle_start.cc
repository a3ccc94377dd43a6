// runtime.md: lifecycle steps 6 to 10, start; and what holds for every operation.
#include <filesystem>

#include "base/file.h"
#include "cases/support/descriptors.h"
#include "cases/support/hooked.h"
#include "harness/case.h"

namespace runproof {

namespace fs = std::filesystem;

CONFORMANCE_CASE(lifecycle, start_ok, .clause = "runtime.md#start", .level = must,
                 .claim = "start of a created container runs the program", .tags = {"death"}, .faults = {"knock"}) {
  Container box = created({"/probe", "mark", "/ran"});

  EXPECT_THAT(box.start(), Succeeds());
  box.await(Status::stopped);
  EXPECT_TRUE(fs::exists(box.bundle().file("/ran")));
}

CONFORMANCE_CASE(lifecycle, start_no_id, .clause = "runtime.md#start", .level = must,
                 .claim = "start without an id is an error", .faults = {"missing_id_accepted"}) {
  EXPECT_THAT(runtime({"start"}), FailsCleanly());
}

CONFORMANCE_CASE(lifecycle, start_nonexistent, .clause = "runtime.md#start", .level = must,
                 .claim = "start of a container that does not exist is an error",
                 .faults = {"start_missing_succeeds"}) {
  Container box = container(Config::minimal({"/probe", "true"}));

  EXPECT_THAT(box.start(), FailsCleanly());
}

CONFORMANCE_CASE(lifecycle, start_running, .clause = "runtime.md#start", .level = must,
                 .claim = "start of a running container is an error, and it keeps running",
                 .faults = {"start_running_accepted", "start_refused_kills"}) {
  Serving box = serving();

  EXPECT_THAT(box.start(), FailsCleanly());
  EXPECT_EQ(box.status(), Status::running);
  EXPECT_THAT(box.ask({"pid"}), Field("pid", 1));
}

CONFORMANCE_CASE(lifecycle, start_stopped, .clause = "runtime.md#start", .level = must,
                 .claim = "start of a stopped container is an error", .tags = {"death"},
                 .faults = {"start_stopped_accepted"}) {
  Container box = stopped();

  EXPECT_THAT(box.start(), FailsCleanly());
  EXPECT_EQ(box.status(), Status::stopped);
}

CONFORMANCE_CASE(lifecycle, start_not_created_no_effect, .clause = "runtime.md#start", .level = must,
                 .claim = "a refused start runs nothing a second time", .tags = {"death"},
                 .faults = {"start_stopped_accepted"}) {
  Container box = stopped(Config::minimal({"/probe", "mark", "/ran"}));

  EXPECT_THAT(box.start(), FailsCleanly());
  EXPECT_EQ(base::read_file(box.bundle().file("/ran")), "ran\n");
}

CONFORMANCE_CASE(lifecycle, start_process_unset, .clause = "runtime.md#start", .level = must,
                 .claim = "start of a container whose configuration has no process is an error",
                 .faults = {"start_without_process"}) {
  Container box = container(Config::minimal({}).drop("/process"));
  (void)box.create();  // whether this may fail is lifecycle.create_no_process

  EXPECT_THAT(box.start(), FailsCleanly());
}

CONFORMANCE_CASE(lifecycle, start_stdio, .clause = "runtime.md#start", .level = cli,
                 .claim = "the program's standard output and error are those that create was given", .tags = {"death"},
                 .faults = {"args_truncated"}) {
  Container box = stopped(
      Config::minimal({"/probe", "hook", "--no-stdin", "--stdout", "to out", "--stderr", "to err", "/log", "x"}));

  EXPECT_THAT(box.out(), testing::HasSubstr("to out"));
  EXPECT_THAT(box.err(), testing::HasSubstr("to err"));
}

CONFORMANCE_CASE(lifecycle, start_paused, .clause = "runtime.md#start", .level = cli,
                 .claim = "start of a paused container is refused or put off: nothing runs while it is paused",
                 .needs = {need::root, need::freezer}, .features = {"pause"}, .faults = {"freeze"}) {
  Container box = created({"/probe", "mark", "/ran"});
  require(box.pause());

  (void)box.start();
  EXPECT_EQ(box.status(), Status::paused);
  EXPECT_FALSE(fs::exists(box.bundle().file("/ran")));
  (void)box.resume();
}

CONFORMANCE_CASE(lifecycle, operations_same_entity, .clause = "runtime.md#scope-of-a-container", .level = must,
                 .claim = "who creates a container can query, start, kill and delete it", .tags = {"death"},
                 .faults = {"delete_stopped_refused"}) {
  Serving box = container_to_serve();

  EXPECT_THAT(box.create(), Succeeds());
  EXPECT_THAT(box.state(), Succeeds());
  EXPECT_THAT(box.start(), Succeeds());
  box.await_peer();
  EXPECT_THAT(box.kill(SIGKILL), Succeeds());
  box.await(Status::stopped);
  EXPECT_THAT(box.remove(), Succeeds());
}

CONFORMANCE_CASE(lifecycle, error_atomicity, .clause = "runtime.md#errors", .level = must,
                 .claim = "after a create that failed the same id can be created as if nothing had been tried",
                 .faults = {"create_failure_leaves_state"}) {
  const Bundle& good = bundle(Config::minimal({"/probe", "true"}));
  const Bundle& bad =
      bundle(Config::minimal({"/probe", "true"}).hook(HookKind::create_runtime, {{"path", "/bin/false"}}));
  Container refused = container(bad, good.name());
  Container box = container(good);

  EXPECT_THAT(refused.create(), FailsCleanly());
  EXPECT_THAT(box.create(), Succeeds());
  EXPECT_EQ(box.status(), Status::created);
}

CONFORMANCE_CASE(lifecycle, config_updates_no_effect, .clause = "runtime.md#lifecycle", .level = must,
                 .claim = "a config.json that changes after create changes neither the program nor the hooks",
                 .needs = {need::root}, .tags = {"death"}, .faults = {"config_reread_at_start", "keep_config"}) {
  Bundle& here = bare_bundle();
  Hooked first(here);
  Hooked second(here);
  here.write(first.hook(HookKind::poststart, "started").hook(HookKind::poststop, "deleted").config);
  second.hook(HookKind::poststart, "changed").hook(HookKind::poststop, "changed");
  Container box = container(here);
  require(box.create());

  here.write(second.config.args({"/probe", "mark", "/changed"}));
  require(box.start());
  box.await(Status::stopped);
  EXPECT_THAT(box.remove(), Succeeds());
  EXPECT_THAT(first.names(), testing::UnorderedElementsAre("started", "program", "deleted"));
  EXPECT_FALSE(fs::exists(here.file("/changed")));
}

}  // namespace runproof
