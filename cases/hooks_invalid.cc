// Hooks that config.md#posix-platform-hooks does not allow.

#include "cases/support/hooked.h"

namespace runproof {
namespace {

/// One hook of this kind, with one of its members replaced.
Config with(const Bundle& bundle, HookKind kind, const std::string& member, const Json& value) {
  Hooked hooked(bundle);
  return hooked.hook(kind, "hook").config.set("/hooks/" + std::string(to_text(kind)) + "/0/" + member, value);
}

/// One hook of this kind by a name that leads to a program in the bundle and in the root, where the runtime must not
/// look. PATH has none of that name.
Config with_relative_path(const Bundle& bundle, HookKind kind) {
  const std::string name = "relative-hook";
  std::filesystem::create_hard_link(bundle.file("probe"), bundle.path() / name);
  std::filesystem::create_hard_link(bundle.file("probe"), bundle.file(name));
  return with(bundle, kind, "path", name);
}

}  // namespace

CONFORMANCE_CASE(hooks, prestart_timeout_nonpositive, .clause = "config.md#posix-platform-hooks",
                 .claim = "a timeout of a prestart hook that is not greater than zero is an error",
                 .needs = {need::root}, .faults = {"hook_zero_timeout_accepted"}) {
  Bundle& bundle = bare_bundle();
  Bundle& other = bare_bundle();
  write(bundle, with(bundle, HookKind::prestart, "timeout", 0));
  write(other, with(other, HookKind::prestart, "timeout", -1));
  Container zero = container(bundle);
  Container negative = container(other);

  EXPECT_THAT(zero.create(), FailsCleanly());
  EXPECT_THAT(negative.create(), FailsCleanly());
}

CONFORMANCE_CASE(hooks, createruntime_timeout_nonpositive, .clause = "config.md#posix-platform-hooks",
                 .claim = "a timeout of a createRuntime hook that is not greater than zero is an error",
                 .needs = {need::root}, .faults = {"hook_zero_timeout_accepted"}) {
  Bundle& bundle = bare_bundle();
  Bundle& other = bare_bundle();
  write(bundle, with(bundle, HookKind::create_runtime, "timeout", 0));
  write(other, with(other, HookKind::create_runtime, "timeout", -1));
  Container zero = container(bundle);
  Container negative = container(other);

  EXPECT_THAT(zero.create(), FailsCleanly());
  EXPECT_THAT(negative.create(), FailsCleanly());
}

CONFORMANCE_CASE(hooks, createcontainer_timeout_nonpositive, .clause = "config.md#posix-platform-hooks",
                 .claim = "a timeout of a createContainer hook that is not greater than zero is an error",
                 .needs = {need::root}, .faults = {"hook_zero_timeout_accepted"}) {
  Bundle& bundle = bare_bundle();
  Bundle& other = bare_bundle();
  write(bundle, with(bundle, HookKind::create_container, "timeout", 0));
  write(other, with(other, HookKind::create_container, "timeout", -1));
  Container zero = container(bundle);
  Container negative = container(other);

  EXPECT_THAT(zero.create(), FailsCleanly());
  EXPECT_THAT(negative.create(), FailsCleanly());
}

CONFORMANCE_CASE(hooks, startcontainer_timeout_nonpositive, .clause = "config.md#posix-platform-hooks",
                 .claim = "a timeout of a startContainer hook that is not greater than zero is an error",
                 .needs = {need::root}, .faults = {"hook_zero_timeout_accepted"}) {
  Bundle& bundle = bare_bundle();
  Bundle& other = bare_bundle();
  write(bundle, with(bundle, HookKind::start_container, "timeout", 0));
  write(other, with(other, HookKind::start_container, "timeout", -1));
  Container zero = container(bundle);
  Container negative = container(other);

  EXPECT_THAT(reach(zero, HookKind::start_container), FailsCleanly());
  EXPECT_THAT(reach(negative, HookKind::start_container), FailsCleanly());
}

CONFORMANCE_CASE(hooks, poststart_timeout_nonpositive, .clause = "config.md#posix-platform-hooks",
                 .claim = "a timeout of a poststart hook that is not greater than zero is an error",
                 .needs = {need::root}, .faults = {"hook_zero_timeout_accepted"}) {
  Bundle& bundle = bare_bundle();
  Bundle& other = bare_bundle();
  write(bundle, with(bundle, HookKind::poststart, "timeout", 0));
  write(other, with(other, HookKind::poststart, "timeout", -1));
  Container zero = container(bundle);
  Container negative = container(other);

  EXPECT_THAT(reach(zero, HookKind::poststart), FailsCleanly());
  EXPECT_THAT(reach(negative, HookKind::poststart), FailsCleanly());
}

CONFORMANCE_CASE(hooks, poststop_timeout_nonpositive, .clause = "config.md#posix-platform-hooks",
                 .claim = "a timeout of a poststop hook that is not greater than zero is an error",
                 .needs = {need::root}, .faults = {"hook_zero_timeout_accepted"}) {
  Bundle& bundle = bare_bundle();
  Bundle& other = bare_bundle();
  write(bundle, with(bundle, HookKind::poststop, "timeout", 0));
  write(other, with(other, HookKind::poststop, "timeout", -1));
  Container zero = container(bundle);
  Container negative = container(other);

  EXPECT_THAT(zero.create(), FailsCleanly());
  EXPECT_THAT(negative.create(), FailsCleanly());
}

CONFORMANCE_CASE(hooks, prestart_path_relative, .clause = "config.md#posix-platform-hooks",
                 .claim = "a relative path of a prestart hook is an error", .needs = {need::root},
                 .faults = {"hook_relative_path_accepted"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, with_relative_path(bundle, HookKind::prestart));
  Container box = container(bundle);

  EXPECT_THAT(box.create(), FailsCleanly());
  EXPECT_THAT(Hooked(bundle).hook_names(), testing::IsEmpty());
}

CONFORMANCE_CASE(hooks, createruntime_path_relative, .clause = "config.md#posix-platform-hooks",
                 .claim = "a relative path of a createRuntime hook is an error", .needs = {need::root},
                 .faults = {"hook_relative_path_accepted"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, with_relative_path(bundle, HookKind::create_runtime));
  Container box = container(bundle);

  EXPECT_THAT(box.create(), FailsCleanly());
  EXPECT_THAT(Hooked(bundle).hook_names(), testing::IsEmpty());
}

CONFORMANCE_CASE(hooks, createcontainer_path_relative, .clause = "config.md#posix-platform-hooks",
                 .claim = "a relative path of a createContainer hook is an error", .needs = {need::root},
                 .faults = {"hook_relative_path_accepted"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, with_relative_path(bundle, HookKind::create_container));
  Container box = container(bundle);

  EXPECT_THAT(box.create(), FailsCleanly());
  EXPECT_THAT(Hooked(bundle).hook_names(), testing::IsEmpty());
}

CONFORMANCE_CASE(hooks, startcontainer_path_relative, .clause = "config.md#posix-platform-hooks",
                 .claim = "a relative path of a startContainer hook is an error", .needs = {need::root},
                 .faults = {"hook_relative_path_accepted"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, with_relative_path(bundle, HookKind::start_container));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::start_container), FailsCleanly());
  EXPECT_THAT(Hooked(bundle).hook_names(), testing::IsEmpty());
}

CONFORMANCE_CASE(hooks, poststart_path_relative, .clause = "config.md#posix-platform-hooks",
                 .claim = "a relative path of a poststart hook is an error", .needs = {need::root},
                 .faults = {"hook_relative_path_accepted"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, with_relative_path(bundle, HookKind::poststart));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::poststart), FailsCleanly());
  EXPECT_THAT(Hooked(bundle).hook_names(), testing::IsEmpty());
}

CONFORMANCE_CASE(hooks, poststop_path_relative, .clause = "config.md#posix-platform-hooks",
                 .claim = "a relative path of a poststop hook is an error", .needs = {need::root},
                 .faults = {"hook_relative_path_accepted"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, with_relative_path(bundle, HookKind::poststop));
  Container box = container(bundle);

  EXPECT_THAT(box.create(), FailsCleanly());
  EXPECT_THAT(Hooked(bundle).hook_names(), testing::IsEmpty());
}

}  // namespace runproof
