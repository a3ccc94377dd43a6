// A hook that fails: runtime.md#lifecycle, steps 3 to 5, 7 and 9.

#include "cases/support/hooked.h"

namespace runproof {
namespace {

/// The operation fails, and the hooks after the failed one are not called.
void expect_failure_ends_it(Hooked& hooked, Container& box, HookKind kind) {
  EXPECT_THAT(reach(box, kind), FailsCleanly());

  EXPECT_THAT(hooked.hook_names(), testing::ElementsAre("good", "bad"));
}

}  // namespace

CONFORMANCE_CASE(hooks, prestart_failure, .clause = "runtime.md#lifecycle",
                 .claim = "a failing prestart hook makes create fail, and later prestart hooks are not called",
                 .needs = {need::root}, .faults = {"hook_failure_ignored", "hook_rest_runs"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  constexpr HookKind kKind = HookKind::prestart;
  write(bundle, hooked.hook(kKind, "good").hook(kKind, "bad", {"--exit", "3"}).hook(kKind, "late").config);
  Container box = container(bundle);

  expect_failure_ends_it(hooked, box, kKind);
}

CONFORMANCE_CASE(
    hooks, createruntime_failure, .clause = "runtime.md#lifecycle",
    .claim = "a failing createRuntime hook makes create fail, and later createRuntime hooks are not called",
    .needs = {need::root}, .faults = {"hook_failure_ignored", "hook_rest_runs"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  constexpr HookKind kKind = HookKind::create_runtime;
  write(bundle, hooked.hook(kKind, "good").hook(kKind, "bad", {"--exit", "3"}).hook(kKind, "late").config);
  Container box = container(bundle);

  expect_failure_ends_it(hooked, box, kKind);
}

CONFORMANCE_CASE(
    hooks, createcontainer_failure, .clause = "runtime.md#lifecycle",
    .claim = "a failing createContainer hook makes create fail, and later createContainer hooks are not called",
    .needs = {need::root}, .faults = {"hook_failure_ignored", "hook_rest_runs"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  constexpr HookKind kKind = HookKind::create_container;
  write(bundle, hooked.hook(kKind, "good").hook(kKind, "bad", {"--exit", "3"}).hook(kKind, "late").config);
  Container box = container(bundle);

  expect_failure_ends_it(hooked, box, kKind);
}

CONFORMANCE_CASE(
    hooks, startcontainer_failure, .clause = "runtime.md#lifecycle",
    .claim = "a failing startContainer hook makes start fail, and later startContainer hooks are not called",
    .needs = {need::root}, .faults = {"hook_failure_ignored", "hook_rest_runs"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  constexpr HookKind kKind = HookKind::start_container;
  write(bundle, hooked.hook(kKind, "good").hook(kKind, "bad", {"--exit", "3"}).hook(kKind, "late").config);
  Container box = container(bundle);

  expect_failure_ends_it(hooked, box, kKind);
}

CONFORMANCE_CASE(hooks, poststart_failure, .clause = "runtime.md#lifecycle",
                 .claim = "a failing poststart hook makes start fail, and later poststart hooks are not called",
                 .needs = {need::root}, .faults = {"hook_failure_ignored", "hook_rest_runs", "poststart_failure_warns"},
                 .since = "1.3.0") {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  hooked.config.oci_version("1.3.0");
  constexpr HookKind kKind = HookKind::poststart;
  write(bundle, hooked.hook(kKind, "good").hook(kKind, "bad", {"--exit", "3"}).hook(kKind, "late").config);
  Container box = container(bundle);

  expect_failure_ends_it(hooked, box, kKind);
}

}  // namespace runproof
