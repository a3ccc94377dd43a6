// Hooks of one kind are called in the listed order.

#include "cases/support/hooked.h"

namespace runproof {
namespace {

Config three(const Bundle& bundle, HookKind kind) {
  return Hooked(bundle).hook(kind, "first").hook(kind, "second").hook(kind, "third").config;
}

/// In the listed order, and one after the other: each had written its line before the next began.
void expect_listed_order(Container& box, HookKind kind) {
  EXPECT_THAT(reach(box, kind), Succeeds());

  const Hooked hooked(box.bundle());
  EXPECT_THAT(hooked.hook_names(), testing::ElementsAre("first", "second", "third"));
  EXPECT_LE(hooked.run("first").record.at("logged_ns"), hooked.run("second").record.at("began_ns"));
  EXPECT_LE(hooked.run("second").record.at("logged_ns"), hooked.run("third").record.at("began_ns"));
}

}  // namespace

CONFORMANCE_CASE(hooks, prestart_order, .clause = "config.md#posix-platform-hooks",
                 .claim = "prestart hooks are called in the listed order, one after the other", .needs = {need::root},
                 .faults = {"hooks_reversed"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, three(bundle, HookKind::prestart));
  Container box = container(bundle);

  expect_listed_order(box, HookKind::prestart);
}

CONFORMANCE_CASE(hooks, createruntime_order, .clause = "config.md#posix-platform-hooks",
                 .claim = "createRuntime hooks are called in the listed order, one after the other",
                 .needs = {need::root}, .faults = {"hooks_reversed"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, three(bundle, HookKind::create_runtime));
  Container box = container(bundle);

  expect_listed_order(box, HookKind::create_runtime);
}

CONFORMANCE_CASE(hooks, createcontainer_order, .clause = "config.md#posix-platform-hooks",
                 .claim = "createContainer hooks are called in the listed order, one after the other",
                 .needs = {need::root}, .faults = {"hooks_reversed"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, three(bundle, HookKind::create_container));
  Container box = container(bundle);

  expect_listed_order(box, HookKind::create_container);
}

CONFORMANCE_CASE(hooks, startcontainer_order, .clause = "config.md#posix-platform-hooks",
                 .claim = "startContainer hooks are called in the listed order, one after the other",
                 .needs = {need::root}, .faults = {"hooks_reversed"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, three(bundle, HookKind::start_container));
  Container box = container(bundle);

  expect_listed_order(box, HookKind::start_container);
}

CONFORMANCE_CASE(hooks, poststart_order, .clause = "config.md#posix-platform-hooks",
                 .claim = "poststart hooks are called in the listed order, one after the other", .needs = {need::root},
                 .faults = {"hooks_reversed"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, three(bundle, HookKind::poststart));
  Container box = container(bundle);

  expect_listed_order(box, HookKind::poststart);
}

CONFORMANCE_CASE(hooks, poststop_order, .clause = "config.md#posix-platform-hooks",
                 .claim = "poststop hooks are called in the listed order, one after the other", .needs = {need::root},
                 .faults = {"hooks_reversed"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, three(bundle, HookKind::poststop));
  Container box = container(bundle);

  expect_listed_order(box, HookKind::poststop);
}

}  // namespace runproof
