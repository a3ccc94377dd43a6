// The order of the kinds among themselves: runtime.md#lifecycle.

#include "cases/support/hooked.h"

namespace runproof {

using testing::ElementsAre;

CONFORMANCE_CASE(
    hooks, order_phases, .clause = "config.md#prestart",
    .claim = "prestart hooks come before createRuntime, those before createContainer, those before startContainer",
    .needs = {need::root}, .faults = {"create_runtime_before_prestart", "create_container_before_create_runtime"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  hooked.hook(HookKind::start_container, "startContainer").hook(HookKind::create_container, "createContainer");
  hooked.hook(HookKind::create_runtime, "createRuntime").hook(HookKind::prestart, "prestart");
  write(bundle, hooked.config);
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::start_container), Succeeds());

  EXPECT_THAT(hooked.hook_names(), ElementsAre("prestart", "createRuntime", "createContainer", "startContainer"));
}

CONFORMANCE_CASE(hooks, order_create_container_after_runtime, .clause = "config.md#createcontainer-hooks",
                 .claim = "createContainer hooks begin when all createRuntime hooks have ended", .needs = {need::root},
                 .faults = {"create_container_before_create_runtime"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  hooked.hook(HookKind::create_container, "container");
  hooked.hook(HookKind::create_runtime, "runtime1").hook(HookKind::create_runtime, "runtime2");
  write(bundle, hooked.config);
  Container box = container(bundle);

  EXPECT_THAT(box.create(), Succeeds());

  EXPECT_THAT(hooked.names(), ElementsAre("runtime1", "runtime2", "container"));
  EXPECT_LE(hooked.run("runtime2").record.at("logged_ns"), hooked.run("container").record.at("began_ns"));
}

CONFORMANCE_CASE(hooks, order_full_sequence, .clause = "config.md#posix-platform-hooks",
                 .claim = "one container's hooks of all six kinds are called in the order of the lifecycle",
                 .needs = {need::root},
                 .faults = {"hooks_reversed", "create_runtime_before_prestart", "poststart_before_exec"}) {
  Bundle& bundle = bare_bundle();
  Channel gate(bundle.rootfs(), "gate");
  Hooked hooked(bundle);
  hooked.hook(HookKind::poststop, "poststop1")
      .hook(HookKind::poststop, "poststop2")
      .hook(HookKind::poststart, "poststart");
  hooked.hook(HookKind::start_container, "startContainer", {"--gate-first", gate.inside()});
  hooked.hook(HookKind::create_container, "createContainer").hook(HookKind::create_runtime, "createRuntime");
  write(bundle, hooked.hook(HookKind::prestart, "prestart").config);
  Container box = container(bundle);
  require(box.create());

  start_past_gate(box, gate, "startContainer");
  box.await(Status::stopped);
  EXPECT_THAT(box.remove(), Succeeds());

  EXPECT_THAT(hooked.hook_names(), ElementsAre("prestart", "createRuntime", "createContainer", "startContainer",
                                               "poststart", "poststop1", "poststop2"));
}

}  // namespace runproof
