// A hook whose program is not there fails like any other.

#include "cases/support/hooked.h"

namespace runproof {
namespace {

constexpr const char* kNowhere = "/nonexistent/hook";

}  // namespace

CONFORMANCE_CASE(hooks, prestart_path_missing, .clause = "runtime.md#lifecycle",
                 .claim = "a prestart hook whose path does not exist has failed", .needs = {need::root},
                 .faults = {"hook_missing_path_ignored"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  hooked.hook(HookKind::prestart, "hook");
  write(bundle, hooked.config.set("/hooks/prestart/0/path", kNowhere));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::prestart), FailsCleanly());
}

CONFORMANCE_CASE(hooks, createruntime_path_missing, .clause = "runtime.md#lifecycle",
                 .claim = "a createRuntime hook whose path does not exist has failed", .needs = {need::root},
                 .faults = {"hook_missing_path_ignored"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  hooked.hook(HookKind::create_runtime, "hook");
  write(bundle, hooked.config.set("/hooks/createRuntime/0/path", kNowhere));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::create_runtime), FailsCleanly());
}

CONFORMANCE_CASE(hooks, createcontainer_path_missing, .clause = "runtime.md#lifecycle",
                 .claim = "a createContainer hook whose path does not exist has failed", .needs = {need::root},
                 .faults = {"hook_missing_path_ignored"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  hooked.hook(HookKind::create_container, "hook");
  write(bundle, hooked.config.set("/hooks/createContainer/0/path", kNowhere));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::create_container), FailsCleanly());
}

CONFORMANCE_CASE(hooks, startcontainer_path_missing, .clause = "runtime.md#lifecycle",
                 .claim = "a startContainer hook whose path does not exist has failed", .needs = {need::root},
                 .faults = {"hook_missing_path_ignored"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  hooked.hook(HookKind::start_container, "hook");
  write(bundle, hooked.config.set("/hooks/startContainer/0/path", kNowhere));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::start_container), FailsCleanly());
}

CONFORMANCE_CASE(hooks, poststart_path_missing, .clause = "runtime.md#lifecycle",
                 .claim = "a poststart hook whose path does not exist has failed", .needs = {need::root},
                 .faults = {"hook_missing_path_ignored"}, .since = "1.3.0") {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  hooked.config.oci_version("1.3.0");
  hooked.hook(HookKind::poststart, "hook");
  write(bundle, hooked.config.set("/hooks/poststart/0/path", kNowhere));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::poststart), FailsCleanly());
}

CONFORMANCE_CASE(hooks, poststop_path_missing, .clause = "runtime.md#lifecycle",
                 .claim = "a poststop hook whose path does not exist is no reason for delete to fail",
                 .needs = {need::root}, .faults = {"poststop_failure_fatal"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  hooked.hook(HookKind::poststop, "missing").hook(HookKind::poststop, "next");
  write(bundle, hooked.config.set("/hooks/poststop/0/path", kNowhere));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::poststop), Succeeds());
  EXPECT_THAT(hooked.hook_names(), testing::ElementsAre("next"));
  EXPECT_THAT(box, IsGone());
}

}  // namespace runproof
