// Each kind of hook is invoked, once: runtime.md#lifecycle, steps 3 to 5, 7, 9 and 13.

#include "cases/support/hooked.h"

namespace runproof {
namespace {

/// Runs a container with one hook of this kind as far as the hook.
void expect_invoked_once(Hooked& hooked, Container& box, HookKind kind) {
  EXPECT_THAT(reach(box, kind), Succeeds());

  EXPECT_EQ(std::ranges::count(hooked.names(), "hook"), 1) << testing::PrintToString(hooked.names());
}

}  // namespace

CONFORMANCE_CASE(hooks, prestart_invoked, .clause = "runtime.md#lifecycle",
                 .claim = "a prestart hook is invoked, and once", .needs = {need::root},
                 .faults = {"prestart_hooks", "hook_twice"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::prestart, "hook").config);
  Container box = container(bundle);

  expect_invoked_once(hooked, box, HookKind::prestart);
}

CONFORMANCE_CASE(hooks, createruntime_invoked, .clause = "runtime.md#lifecycle",
                 .claim = "a createRuntime hook is invoked, and once", .needs = {need::root},
                 .faults = {"create_runtime_hooks", "report_environment", "hook_twice"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::create_runtime, "hook").config);
  Container box = container(bundle);

  expect_invoked_once(hooked, box, HookKind::create_runtime);
}

CONFORMANCE_CASE(hooks, createcontainer_invoked, .clause = "runtime.md#lifecycle",
                 .claim = "a createContainer hook is invoked, and once", .needs = {need::root},
                 .faults = {"create_container_hooks", "hook_twice"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::create_container, "hook").config);
  Container box = container(bundle);

  expect_invoked_once(hooked, box, HookKind::create_container);
}

CONFORMANCE_CASE(hooks, startcontainer_invoked, .clause = "runtime.md#lifecycle",
                 .claim = "a startContainer hook is invoked, and once", .needs = {need::root},
                 .faults = {"start_container_hooks", "hook_twice"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::start_container, "hook").config);
  Container box = container(bundle);

  expect_invoked_once(hooked, box, HookKind::start_container);
}

CONFORMANCE_CASE(hooks, poststart_invoked, .clause = "runtime.md#lifecycle",
                 .claim = "a poststart hook is invoked, and once", .needs = {need::root},
                 .faults = {"poststart_hooks", "hook_twice"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::poststart, "hook").config);
  Container box = container(bundle);

  expect_invoked_once(hooked, box, HookKind::poststart);
}

CONFORMANCE_CASE(hooks, poststop_invoked, .clause = "runtime.md#lifecycle",
                 .claim = "a poststop hook is invoked, and once", .needs = {need::root},
                 .faults = {"poststop_hooks", "hook_twice"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::poststop, "hook").config);
  Container box = container(bundle);

  expect_invoked_once(hooked, box, HookKind::poststop);
}

}  // namespace runproof
