// A hook that takes longer than its timeout.

#include "cases/support/hooked.h"

namespace runproof {
namespace {

using namespace std::chrono_literals;

/// Where a hook of this kind finds a socket of the bundle.
std::string gate_for(const Channel& channel, HookKind kind) {
  return kind == HookKind::start_container ? channel.inside() : channel.path().string();
}

/// The hook waits at its gate, which nobody opens: it goes on only by its timeout. That it was killed shows in its
/// connection.
Answer reach_hanging(Channel& gate, Container& box, HookKind kind) {
  Answer answer = reach(box, kind);
  EXPECT_TRUE(gate.accept("slow", context().within(2s)).await_gone(context().within(2s))) << "the hook still runs";
  return answer;
}

}  // namespace

CONFORMANCE_CASE(hooks, prestart_timeout, .clause = "config.md#posix-platform-hooks", .level = descr,
                 .claim = "a prestart hook that takes longer than its timeout is aborted, and has failed",
                 .needs = {need::root},
                 .faults = {"hook_timeout_ignored", "hook_timeout_succeeds", "hook_timeout_leaves_hook"}) {
  Bundle& bundle = bare_bundle();
  Channel gate(bundle.rootfs(), "gate");
  Hooked hooked(bundle);
  constexpr HookKind kKind = HookKind::prestart;
  hooked.hook(kKind, "slow", {"--gate", gate_for(gate, kKind)}).hook(kKind, "late");
  write(bundle, hooked.config.set("/hooks/prestart/0/timeout", 1));
  Container box = container(bundle);

  EXPECT_THAT(reach_hanging(gate, box, kKind), FailsCleanly());
  EXPECT_THAT(hooked.hook_names(), testing::ElementsAre("slow"));
}

CONFORMANCE_CASE(hooks, createruntime_timeout, .clause = "config.md#posix-platform-hooks", .level = descr,
                 .claim = "a createRuntime hook that takes longer than its timeout is aborted, and has failed",
                 .needs = {need::root},
                 .faults = {"hook_timeout_ignored", "hook_timeout_succeeds", "hook_timeout_leaves_hook"}) {
  Bundle& bundle = bare_bundle();
  Channel gate(bundle.rootfs(), "gate");
  Hooked hooked(bundle);
  constexpr HookKind kKind = HookKind::create_runtime;
  hooked.hook(kKind, "slow", {"--gate", gate_for(gate, kKind)}).hook(kKind, "late");
  write(bundle, hooked.config.set("/hooks/createRuntime/0/timeout", 1));
  Container box = container(bundle);

  EXPECT_THAT(reach_hanging(gate, box, kKind), FailsCleanly());
  EXPECT_THAT(hooked.hook_names(), testing::ElementsAre("slow"));
}

CONFORMANCE_CASE(hooks, createcontainer_timeout, .clause = "config.md#posix-platform-hooks", .level = descr,
                 .claim = "a createContainer hook that takes longer than its timeout is aborted, and has failed",
                 .needs = {need::root},
                 .faults = {"hook_timeout_ignored", "hook_timeout_succeeds", "hook_timeout_leaves_hook"}) {
  Bundle& bundle = bare_bundle();
  Channel gate(bundle.rootfs(), "gate");
  Hooked hooked(bundle);
  constexpr HookKind kKind = HookKind::create_container;
  hooked.hook(kKind, "slow", {"--gate", gate_for(gate, kKind)}).hook(kKind, "late");
  write(bundle, hooked.config.set("/hooks/createContainer/0/timeout", 1));
  Container box = container(bundle);

  EXPECT_THAT(reach_hanging(gate, box, kKind), FailsCleanly());
  EXPECT_THAT(hooked.hook_names(), testing::ElementsAre("slow"));
}

CONFORMANCE_CASE(hooks, startcontainer_timeout, .clause = "config.md#posix-platform-hooks", .level = descr,
                 .claim = "a startContainer hook that takes longer than its timeout is aborted, and has failed",
                 .needs = {need::root},
                 .faults = {"hook_timeout_ignored", "hook_timeout_succeeds", "hook_timeout_leaves_hook"}) {
  Bundle& bundle = bare_bundle();
  Channel gate(bundle.rootfs(), "gate");
  Hooked hooked(bundle);
  constexpr HookKind kKind = HookKind::start_container;
  hooked.hook(kKind, "slow", {"--gate", gate_for(gate, kKind)}).hook(kKind, "late");
  write(bundle, hooked.config.set("/hooks/startContainer/0/timeout", 1));
  Container box = container(bundle);

  EXPECT_THAT(reach_hanging(gate, box, kKind), FailsCleanly());
  EXPECT_THAT(hooked.hook_names(), testing::ElementsAre("slow"));
}

CONFORMANCE_CASE(hooks, poststart_timeout, .clause = "config.md#posix-platform-hooks", .level = descr,
                 .claim = "a poststart hook that takes longer than its timeout is aborted, and has failed",
                 .needs = {need::root},
                 .faults = {"hook_timeout_ignored", "hook_timeout_succeeds", "hook_timeout_leaves_hook"},
                 .since = "1.3.0") {
  Bundle& bundle = bare_bundle();
  Channel gate(bundle.rootfs(), "gate");
  Hooked hooked(bundle);
  hooked.config.oci_version("1.3.0");
  constexpr HookKind kKind = HookKind::poststart;
  hooked.hook(kKind, "slow", {"--gate", gate_for(gate, kKind)}).hook(kKind, "late");
  write(bundle, hooked.config.set("/hooks/poststart/0/timeout", 1));
  Container box = container(bundle);

  EXPECT_THAT(reach_hanging(gate, box, kKind), FailsCleanly());
  EXPECT_THAT(hooked.hook_names(), testing::ElementsAre("slow"));
}

CONFORMANCE_CASE(hooks, poststop_timeout, .clause = "config.md#posix-platform-hooks", .level = descr,
                 .claim = "a poststop hook that takes longer than its timeout is aborted, and the others are called",
                 .needs = {need::root},
                 .faults = {"hook_timeout_ignored", "hook_timeout_leaves_hook", "poststop_stops_at_failure"}) {
  Bundle& bundle = bare_bundle();
  Channel gate(bundle.rootfs(), "gate");
  Hooked hooked(bundle);
  constexpr HookKind kKind = HookKind::poststop;
  hooked.hook(kKind, "slow", {"--gate", gate_for(gate, kKind)}).hook(kKind, "late");
  write(bundle, hooked.config.set("/hooks/poststop/0/timeout", 1));
  Container box = container(bundle);

  EXPECT_THAT(reach_hanging(gate, box, kKind), Succeeds());
  EXPECT_THAT(hooked.hook_names(), testing::ElementsAre("slow", "late"));
}

}  // namespace runproof
