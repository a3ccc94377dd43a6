// A hook that fails: runtime.md#lifecycle, steps 3 to 5, 7 and 9.

#include "cases/support/hooked.h"

namespace runproof {
namespace {

/// A hook that fails between two that do not.
Config failing(const Bundle& bundle, HookKind kind) {
  return Hooked(bundle).hook(kind, "good").hook(kind, "bad", {"--exit", "3"}).hook(kind, "late").config;
}

/// The operation fails, and the hooks after the failed one are not called.
void expect_failure_ends_it(Container& box, HookKind kind) {
  EXPECT_THAT(reach(box, kind), FailsCleanly());

  EXPECT_THAT(Hooked(box.bundle()).hook_names(), testing::ElementsAre("good", "bad"));
}

}  // namespace

CONFORMANCE_CASE(hooks, prestart_failure, .clause = "runtime.md#lifecycle",
                 .claim = "a failing prestart hook makes create fail, and later prestart hooks are not called",
                 .needs = {need::root}, .faults = {"hook_failure_ignored", "hook_rest_runs"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, failing(bundle, HookKind::prestart));
  Container box = container(bundle);

  expect_failure_ends_it(box, HookKind::prestart);
}

CONFORMANCE_CASE(
    hooks, createruntime_failure, .clause = "runtime.md#lifecycle",
    .claim = "a failing createRuntime hook makes create fail, and later createRuntime hooks are not called",
    .needs = {need::root}, .faults = {"hook_failure_ignored", "hook_rest_runs"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, failing(bundle, HookKind::create_runtime));
  Container box = container(bundle);

  expect_failure_ends_it(box, HookKind::create_runtime);
}

CONFORMANCE_CASE(
    hooks, createcontainer_failure, .clause = "runtime.md#lifecycle",
    .claim = "a failing createContainer hook makes create fail, and later createContainer hooks are not called",
    .needs = {need::root}, .faults = {"hook_failure_ignored", "hook_rest_runs"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, failing(bundle, HookKind::create_container));
  Container box = container(bundle);

  expect_failure_ends_it(box, HookKind::create_container);
}

CONFORMANCE_CASE(
    hooks, startcontainer_failure, .clause = "runtime.md#lifecycle",
    .claim = "a failing startContainer hook makes start fail, and later startContainer hooks are not called",
    .needs = {need::root}, .faults = {"hook_failure_ignored", "hook_rest_runs"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, failing(bundle, HookKind::start_container));
  Container box = container(bundle);

  expect_failure_ends_it(box, HookKind::start_container);
}

CONFORMANCE_CASE(
    hooks, poststart_failure, .clause = "runtime.md#lifecycle",
    .claim = "a failing poststart hook makes start fail, later ones are not called, and the container is removed",
    .needs = {need::root},
    .faults = {"hook_failure_ignored", "hook_rest_runs", "poststart_failure_warns", "poststart_failure_keeps"},
    .since = "1.3.0") {
  Bundle& bundle = bare_bundle();
  write(bundle, failing(bundle, HookKind::poststart).oci_version("1.3.0"));
  Container box = container(bundle);

  expect_failure_ends_it(box, HookKind::poststart);
  EXPECT_THAT(box, IsGone());
}

}  // namespace runproof
