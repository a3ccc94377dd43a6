// Hooks of one kind are called in the listed order.

#include "cases/support/hooked.h"

namespace runproof {
namespace {

/// In the listed order, and one after the other: each had written its line before the next began.
void expect_listed_order(Hooked& hooked, Container& box, HookKind kind) {
  EXPECT_THAT(reach(box, kind), Succeeds());

  EXPECT_THAT(hooked.hook_names(), testing::ElementsAre("first", "second", "third"));
  EXPECT_LE(hooked.run("first").record.at("logged_ns"), hooked.run("second").record.at("began_ns"));
  EXPECT_LE(hooked.run("second").record.at("logged_ns"), hooked.run("third").record.at("began_ns"));
}

}  // namespace

CONFORMANCE_CASE(hooks, prestart_order, .clause = "config.md#posix-platform-hooks",
                 .claim = "prestart hooks are called in the listed order, one after the other", .needs = {need::root},
                 .faults = {"hooks_reversed", "hook_not_awaited"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  constexpr HookKind kKind = HookKind::prestart;
  write(bundle, hooked.hook(kKind, "first").hook(kKind, "second").hook(kKind, "third").config);
  Container box = container(bundle);

  expect_listed_order(hooked, box, kKind);
}

CONFORMANCE_CASE(hooks, createruntime_order, .clause = "config.md#posix-platform-hooks",
                 .claim = "createRuntime hooks are called in the listed order, one after the other",
                 .needs = {need::root}, .faults = {"hooks_reversed", "hook_not_awaited"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  constexpr HookKind kKind = HookKind::create_runtime;
  write(bundle, hooked.hook(kKind, "first").hook(kKind, "second").hook(kKind, "third").config);
  Container box = container(bundle);

  expect_listed_order(hooked, box, kKind);
}

CONFORMANCE_CASE(hooks, createcontainer_order, .clause = "config.md#posix-platform-hooks",
                 .claim = "createContainer hooks are called in the listed order, one after the other",
                 .needs = {need::root}, .faults = {"hooks_reversed", "hook_not_awaited"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  constexpr HookKind kKind = HookKind::create_container;
  write(bundle, hooked.hook(kKind, "first").hook(kKind, "second").hook(kKind, "third").config);
  Container box = container(bundle);

  expect_listed_order(hooked, box, kKind);
}

CONFORMANCE_CASE(hooks, startcontainer_order, .clause = "config.md#posix-platform-hooks",
                 .claim = "startContainer hooks are called in the listed order, one after the other",
                 .needs = {need::root}, .faults = {"hooks_reversed", "hook_not_awaited"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  constexpr HookKind kKind = HookKind::start_container;
  write(bundle, hooked.hook(kKind, "first").hook(kKind, "second").hook(kKind, "third").config);
  Container box = container(bundle);

  expect_listed_order(hooked, box, kKind);
}

CONFORMANCE_CASE(hooks, poststart_order, .clause = "config.md#posix-platform-hooks",
                 .claim = "poststart hooks are called in the listed order, one after the other", .needs = {need::root},
                 .faults = {"hooks_reversed", "hook_not_awaited"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  constexpr HookKind kKind = HookKind::poststart;
  write(bundle, hooked.hook(kKind, "first").hook(kKind, "second").hook(kKind, "third").config);
  Container box = container(bundle);

  expect_listed_order(hooked, box, kKind);
}

CONFORMANCE_CASE(hooks, poststop_order, .clause = "config.md#posix-platform-hooks",
                 .claim = "poststop hooks are called in the listed order, one after the other", .needs = {need::root},
                 .faults = {"hooks_reversed", "hook_not_awaited"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  constexpr HookKind kKind = HookKind::poststop;
  write(bundle, hooked.hook(kKind, "first").hook(kKind, "second").hook(kKind, "third").config);
  Container box = container(bundle);

  expect_listed_order(hooked, box, kKind);
}

}  // namespace runproof
