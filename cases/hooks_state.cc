// What hooks read on standard input: config.md#posix-platform-hooks, runtime.md#state.

#include "cases/support/hooked.h"

namespace runproof {
namespace {

constexpr const char* kAnnotation = "org.example.runproof";

/// Since ociVersion 1.1.0 hooks in the container are told the pid that the container sees.
bool knows_container_pid() { return !context().runtime.lacks("oci_version.1.1.0"); }
std::string version_of_pid() { return knows_container_pid() ? "1.1.0" : "1.0.2"; }
/// The first process of its PID namespace; before ociVersion 1.1.0 the host's pid was as good.
testing::Matcher<const Json&> PidOfContainerHook(const Container& box) {
  using testing::Eq;
  if (knows_container_pid()) return Field("pid", 1);
  return Field("pid", testing::AnyOf(Eq(Json(1)), Eq(Json(box.pid()))));
}

/// The hook named "hook" was given the state of `box` as runtime.md#state has it.
void expect_state(const Hooked& hooked, const Container& box, std::string_view status) {
  const Json state = hooked.run("hook").state;

  EXPECT_THAT(state, IsStateOf(box, std::string(status)));
  EXPECT_THAT(state, Field("/annotations/" + std::string(kAnnotation), "seen"));
}

}  // namespace

CONFORMANCE_CASE(
    hooks, prestart_state_stdin, .clause = "config.md#posix-platform-hooks",
    .claim =
        "a prestart hook reads the state of the container on its standard input, with the pid that the runtime sees",
    .needs = {need::root},
    .faults = {"hook_stdin_empty", "hook_state_no_bundle", "hook_state_stale", "hook_state_no_pid"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::prestart, "hook").config.annotation(kAnnotation, "seen"));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::prestart), Succeeds());

  expect_state(hooked, box, "creating");
  EXPECT_THAT(hooked.run("hook").state, Field("pid", box.pid()));
}

CONFORMANCE_CASE(hooks, createruntime_state_stdin, .clause = "config.md#posix-platform-hooks",
                 .claim =
                     "a createRuntime hook reads the state of the container on its standard input, with the pid that "
                     "the runtime sees",
                 .needs = {need::root},
                 .faults = {"hook_stdin_empty", "hook_state_no_bundle", "hook_state_stale", "hook_state_no_pid"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::create_runtime, "hook").config.annotation(kAnnotation, "seen"));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::create_runtime), Succeeds());

  expect_state(hooked, box, "creating");
  EXPECT_THAT(hooked.run("hook").state, Field("pid", box.pid()));
}

CONFORMANCE_CASE(hooks, createcontainer_state_stdin, .clause = "config.md#posix-platform-hooks",
                 .claim =
                     "a createContainer hook reads the state of the container on its standard input, with the pid that "
                     "the container sees",
                 .needs = {need::root},
                 .faults = {"hook_stdin_empty", "hook_state_no_bundle", "hook_state_stale", "hook_state_no_pid",
                            "hook_container_pid_is_host"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  hooked.config.oci_version(version_of_pid());
  write(bundle, hooked.hook(HookKind::create_container, "hook").config.annotation(kAnnotation, "seen"));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::create_container), Succeeds());

  expect_state(hooked, box, "creating");
  EXPECT_THAT(hooked.run("hook").state, PidOfContainerHook(box));
}

CONFORMANCE_CASE(hooks, startcontainer_state_stdin, .clause = "config.md#posix-platform-hooks",
                 .claim =
                     "a startContainer hook reads the state of the container on its standard input, with the pid that "
                     "the container sees",
                 .needs = {need::root},
                 .faults = {"hook_stdin_empty", "hook_state_no_bundle", "hook_state_stale", "hook_state_no_pid",
                            "hook_container_pid_is_host"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  hooked.config.oci_version(version_of_pid());
  write(bundle, hooked.hook(HookKind::start_container, "hook").config.annotation(kAnnotation, "seen"));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::start_container), Succeeds());

  expect_state(hooked, box, "created");
  EXPECT_THAT(hooked.run("hook").state, PidOfContainerHook(box));
}

CONFORMANCE_CASE(
    hooks, poststart_state_stdin, .clause = "config.md#posix-platform-hooks",
    .claim =
        "a poststart hook reads the state of the container on its standard input, with the pid that the runtime sees",
    .needs = {need::root},
    .faults = {"hook_stdin_empty", "hook_state_no_bundle", "hook_state_stale", "hook_state_no_pid"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.program_stays().hook(HookKind::poststart, "hook").config.annotation(kAnnotation, "seen"));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::poststart), Succeeds());

  expect_state(hooked, box, "running");
  EXPECT_THAT(hooked.run("hook").state, Field("pid", box.pid()));
}

CONFORMANCE_CASE(hooks, poststop_state_stdin, .clause = "config.md#posix-platform-hooks",
                 .claim = "a poststop hook reads the state of the container on its standard input",
                 .needs = {need::root}, .faults = {"hook_stdin_empty", "hook_state_no_bundle"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::poststop, "hook").config.annotation(kAnnotation, "seen"));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::poststop), Succeeds());

  expect_state(hooked, box, "stopped");
}

}  // namespace runproof
