// A hook whose program is not there fails like any other.

#include "cases/support/hooked.h"

namespace runproof {
namespace {

/// A hook whose program is nowhere, and one after it.
Config missing(const Bundle& bundle, HookKind kind) {
  Config config = Hooked(bundle).hook(kind, "missing").hook(kind, "next").config;
  return config.set("/hooks/" + std::string(to_text(kind)) + "/0/path", "/nonexistent/hook");
}

}  // namespace

CONFORMANCE_CASE(hooks, prestart_path_missing, .clause = "runtime.md#lifecycle",
                 .claim = "a prestart hook whose path does not exist has failed", .needs = {need::root},
                 .faults = {"hook_missing_path_ignored"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, missing(bundle, HookKind::prestart));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::prestart), FailsCleanly());
}

CONFORMANCE_CASE(hooks, createruntime_path_missing, .clause = "runtime.md#lifecycle",
                 .claim = "a createRuntime hook whose path does not exist has failed", .needs = {need::root},
                 .faults = {"hook_missing_path_ignored"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, missing(bundle, HookKind::create_runtime));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::create_runtime), FailsCleanly());
}

CONFORMANCE_CASE(hooks, createcontainer_path_missing, .clause = "runtime.md#lifecycle",
                 .claim = "a createContainer hook whose path does not exist has failed", .needs = {need::root},
                 .faults = {"hook_missing_path_ignored"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, missing(bundle, HookKind::create_container));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::create_container), FailsCleanly());
}

CONFORMANCE_CASE(hooks, startcontainer_path_missing, .clause = "runtime.md#lifecycle",
                 .claim = "a startContainer hook whose path does not exist has failed", .needs = {need::root},
                 .faults = {"hook_missing_path_ignored"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, missing(bundle, HookKind::start_container));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::start_container), FailsCleanly());
}

CONFORMANCE_CASE(hooks, poststart_path_missing, .clause = "runtime.md#lifecycle",
                 .claim = "a poststart hook whose path does not exist has failed", .needs = {need::root},
                 .faults = {"hook_missing_path_ignored"}, .since = "1.3.0") {
  Bundle& bundle = bare_bundle();
  write(bundle, missing(bundle, HookKind::poststart).oci_version("1.3.0"));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::poststart), FailsCleanly());
}

CONFORMANCE_CASE(hooks, poststop_path_missing, .clause = "runtime.md#lifecycle",
                 .claim = "a poststop hook whose path does not exist is no reason for delete to fail",
                 .needs = {need::root}, .faults = {"poststop_failure_fatal"}) {
  Bundle& bundle = bare_bundle();
  write(bundle, missing(bundle, HookKind::poststop));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::poststop), Succeeds());
  EXPECT_THAT(Hooked(bundle).hook_names(), testing::ElementsAre("next"));
  EXPECT_THAT(box, IsGone());
}

}  // namespace runproof
