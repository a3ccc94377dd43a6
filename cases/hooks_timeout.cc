// A hook that takes longer than its timeout.

#include "cases/support/hooked.h"

namespace runproof {
namespace {

using namespace std::chrono_literals;

/// A hook with a second for a gate that nobody opens, and one after it.
Config slow(const Bundle& bundle, const Channel& gate, HookKind kind) {
  const std::string place = kind == HookKind::start_container ? gate.inside() : gate.path().string();
  Config config = Hooked(bundle).hook(kind, "slow", {"--gate", place}).hook(kind, "late").config;
  return config.set("/hooks/" + std::string(to_text(kind)) + "/0/timeout", 1);
}

/// The slow hook goes on only by its timeout. That it was killed shows in its connection.
Answer reach_hanging(Channel& gate, Container& box, HookKind kind) {
  Answer answer = reach(box, kind);
  EXPECT_TRUE(gate.accept("slow", context().within(2s)).await_gone(context().within(2s))) << "the hook still runs";
  return answer;
}

/// The operation fails, and the hook after the slow one is not called.
void expect_timeout_ends_it(Channel& gate, Container& box, HookKind kind) {
  EXPECT_THAT(reach_hanging(gate, box, kind), FailsCleanly());
  EXPECT_THAT(Hooked(box.bundle()).hook_names(), testing::ElementsAre("slow"));
}

}  // namespace

CONFORMANCE_CASE(hooks, prestart_timeout, .clause = "config.md#posix-platform-hooks", .level = descr,
                 .claim = "a prestart hook that takes longer than its timeout is aborted, and has failed",
                 .needs = {need::root},
                 .faults = {"hook_timeout_ignored", "hook_timeout_succeeds", "hook_timeout_leaves_hook"}) {
  Bundle& bundle = bare_bundle();
  Channel gate(bundle.rootfs(), "gate");
  write(bundle, slow(bundle, gate, HookKind::prestart));
  Container box = container(bundle);

  expect_timeout_ends_it(gate, box, HookKind::prestart);
}

CONFORMANCE_CASE(hooks, createruntime_timeout, .clause = "config.md#posix-platform-hooks", .level = descr,
                 .claim = "a createRuntime hook that takes longer than its timeout is aborted, and has failed",
                 .needs = {need::root},
                 .faults = {"hook_timeout_ignored", "hook_timeout_succeeds", "hook_timeout_leaves_hook"}) {
  Bundle& bundle = bare_bundle();
  Channel gate(bundle.rootfs(), "gate");
  write(bundle, slow(bundle, gate, HookKind::create_runtime));
  Container box = container(bundle);

  expect_timeout_ends_it(gate, box, HookKind::create_runtime);
}

CONFORMANCE_CASE(hooks, createcontainer_timeout, .clause = "config.md#posix-platform-hooks", .level = descr,
                 .claim = "a createContainer hook that takes longer than its timeout is aborted, and has failed",
                 .needs = {need::root}, .faults = {"hook_timeout_ignored", "hook_timeout_succeeds"}) {
  Bundle& bundle = bare_bundle();
  Channel gate(bundle.rootfs(), "gate");
  write(bundle, slow(bundle, gate, HookKind::create_container));
  Container box = container(bundle);

  expect_timeout_ends_it(gate, box, HookKind::create_container);
}

CONFORMANCE_CASE(hooks, startcontainer_timeout, .clause = "config.md#posix-platform-hooks", .level = descr,
                 .claim = "a startContainer hook that takes longer than its timeout is aborted, and has failed",
                 .needs = {need::root}, .faults = {"hook_timeout_ignored", "hook_timeout_succeeds"}) {
  Bundle& bundle = bare_bundle();
  Channel gate(bundle.rootfs(), "gate");
  write(bundle, slow(bundle, gate, HookKind::start_container));
  Container box = container(bundle);

  expect_timeout_ends_it(gate, box, HookKind::start_container);
}

CONFORMANCE_CASE(hooks, poststart_timeout, .clause = "config.md#posix-platform-hooks", .level = descr,
                 .claim = "a poststart hook that takes longer than its timeout is aborted, and has failed",
                 .needs = {need::root},
                 .faults = {"hook_timeout_ignored", "hook_timeout_succeeds", "hook_timeout_leaves_hook"},
                 .since = "1.3.0") {
  Bundle& bundle = bare_bundle();
  Channel gate(bundle.rootfs(), "gate");
  write(bundle, slow(bundle, gate, HookKind::poststart).oci_version("1.3.0"));
  Container box = container(bundle);

  expect_timeout_ends_it(gate, box, HookKind::poststart);
}

CONFORMANCE_CASE(hooks, poststop_timeout, .clause = "config.md#posix-platform-hooks", .level = descr,
                 .claim = "a poststop hook that takes longer than its timeout is aborted, and the others are called",
                 .needs = {need::root},
                 .faults = {"hook_timeout_ignored", "hook_timeout_leaves_hook", "poststop_stops_at_failure"}) {
  Bundle& bundle = bare_bundle();
  Channel gate(bundle.rootfs(), "gate");
  write(bundle, slow(bundle, gate, HookKind::poststop));
  Container box = container(bundle);

  EXPECT_THAT(reach_hanging(gate, box, HookKind::poststop), Succeeds());
  EXPECT_THAT(Hooked(bundle).hook_names(), testing::ElementsAre("slow", "late"));
}

}  // namespace runproof
