// What becomes of the container when a hook fails: runtime.md#lifecycle, steps 3 to 5, 7, 9, 12 and 13.

#include "cases/support/hooked.h"

namespace runproof {

using testing::ElementsAre;

namespace {

/// One failing hook of this kind, and a poststop hook.
void make_fail(Hooked& hooked, HookKind kind) {
  hooked.hook(kind, "bad", {"--exit", "3"}).hook(HookKind::poststop, "poststop");
}

/// Whatever the operations say: the hook was called, and the program is not executed.
void expect_program_not_run(const Hooked& hooked, Container& box) {
  (void)reach(box, HookKind::start_container);
  (void)box.start();

  EXPECT_THAT(hooked.names(), testing::Contains("bad"));
  EXPECT_THAT(hooked.names(), testing::Not(testing::Contains("program")));
}

}  // namespace

CONFORMANCE_CASE(
    hooks, failure_container_removed, .clause = "runtime.md#lifecycle",
    .claim =
        "after a failed prestart, createRuntime, createContainer or startContainer hook the container is destroyed",
    .needs = {need::root}, .faults = {"hook_failure_keeps_container"}) {
  const auto failed = [this](HookKind kind) {
    Bundle& bundle = bare_bundle();
    Hooked hooked(bundle);
    make_fail(hooked, kind);
    write(bundle, hooked.config);
    Container box = container(bundle);
    (void)reach(box, kind);
    return box;
  };

  Container prestart = failed(HookKind::prestart);
  Container create_runtime = failed(HookKind::create_runtime);
  Container create_container = failed(HookKind::create_container);
  Container start_container = failed(HookKind::start_container);

  EXPECT_THAT(prestart, IsGone());
  EXPECT_THAT(create_runtime, IsGone());
  EXPECT_THAT(create_container, IsGone());
  EXPECT_THAT(start_container, IsGone());
}

CONFORMANCE_CASE(hooks, failure_poststop_still_runs, .clause = "runtime.md#lifecycle",
                 .claim = "when a hook of create has failed, the poststop hooks are called", .needs = {need::root},
                 .faults = {"poststop_skipped_after_failure", "hook_failure_ignored"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  make_fail(hooked, HookKind::create_runtime);
  write(bundle, hooked.config);
  Container box = container(bundle);

  EXPECT_THAT(box.create(), FailsCleanly());

  EXPECT_THAT(hooked.names(), ElementsAre("bad", "poststop"));
}

CONFORMANCE_CASE(
    hooks, failure_process_not_run, .clause = "runtime.md#lifecycle",
    .claim = "after a failed prestart, createRuntime, createContainer or startContainer hook the program never runs",
    .needs = {need::root}, .faults = {"hook_failure_ignored"}) {
  const auto try_kind = [this](HookKind kind) {
    Bundle& bundle = bare_bundle();
    Hooked hooked(bundle);
    make_fail(hooked, kind);
    write(bundle, hooked.config);
    Container box = container(bundle);
    expect_program_not_run(hooked, box);
  };

  try_kind(HookKind::prestart);
  try_kind(HookKind::create_runtime);
  try_kind(HookKind::create_container);
  try_kind(HookKind::start_container);
}

CONFORMANCE_CASE(hooks, poststop_all_run_after_failure, .clause = "runtime.md#lifecycle",
                 .claim = "when a poststop hook has failed, those after it are called", .needs = {need::root},
                 .faults = {"poststop_stops_at_failure"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  hooked.hook(HookKind::poststop, "bad1", {"--exit", "1"}).hook(HookKind::poststop, "bad2", {"--exit", "2"});
  write(bundle, hooked.hook(HookKind::poststop, "good").config);
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::poststop), Succeeds());

  EXPECT_THAT(hooked.hook_names(), ElementsAre("bad1", "bad2", "good"));
}

CONFORMANCE_CASE(hooks, poststop_failure_warns, .clause = "runtime.md#lifecycle",
                 .claim = "a failed poststop hook is a warning: delete succeeds, and the container is gone",
                 .needs = {need::root}, .faults = {"poststop_failure_fatal"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::poststop, "bad", {"--exit", "1"}).config);
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::poststop), Succeeds());

  EXPECT_THAT(hooked.hook_names(), ElementsAre("bad"));
  EXPECT_THAT(box, IsGone());
}

CONFORMANCE_CASE(
    hooks, poststop_on_run_exit, .clause = "config.md#poststop",
    .claim = "when run deletes its container after the program's end, the poststop hooks are called before it returns",
    .needs = {need::root}, .faults = {"poststop_hooks", "run_keeps_container"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::poststop, "hook").config);
  Container box = container(bundle);

  EXPECT_THAT(box.run(), Succeeds());

  EXPECT_THAT(hooked.names(), ElementsAre("program", "hook"));
}

}  // namespace runproof
