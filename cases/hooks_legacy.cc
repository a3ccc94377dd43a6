// What older texts of the spec asked for, and what some runtimes still do.

#include "cases/support/hooked.h"

namespace runproof {

CONFORMANCE_CASE(hooks, prestart_legacy_at_start, .clause = "config.md#prestart", .level = vendor,
                 .claim = "prestart hooks are called by create, and not by start, as up to ociVersion 1.0.1",
                 .needs = {need::root}, .faults = {"prestart_hooks", "hook_twice"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::prestart, "hook").config);
  Container box = container(bundle);

  EXPECT_THAT(box.create(), Succeeds());
  EXPECT_THAT(hooked.names(), testing::ElementsAre("hook"));

  EXPECT_THAT(box.start(), Succeeds());
  EXPECT_THAT(hooked.hook_names(), testing::ElementsAre("hook"));
}

CONFORMANCE_CASE(
    hooks, poststart_legacy_warn, .clause = "runtime.md#lifecycle", .level = vendor,
    .claim = "for a config of ociVersion 1.0.2 a failed poststart hook is a warning, as it was before 1.3.0",
    .needs = {need::root}, .faults = {"poststart_failure_fatal"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  hooked.hook(HookKind::poststart, "bad", {"--exit", "1"}).hook(HookKind::poststart, "good");
  write(bundle, hooked.program_stays().config.oci_version("1.0.2"));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::poststart), Succeeds());

  EXPECT_THAT(hooked.hook_names(), testing::ElementsAre("bad", "good"));
  EXPECT_EQ(box.status(), Status::running);
}

CONFORMANCE_CASE(hooks, poststop_legacy_stop_on_failure, .clause = "runtime.md#lifecycle", .level = vendor,
                 .claim = "a failed poststop hook neither ends the chain nor makes delete fail, as it did in youki",
                 .needs = {need::root}, .faults = {"poststop_stops_at_failure", "poststop_failure_fatal"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::poststop, "bad", {"--exit", "1"}).hook(HookKind::poststop, "good").config);
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::poststop), Succeeds());

  EXPECT_THAT(hooked.hook_names(), testing::ElementsAre("bad", "good"));
}

}  // namespace runproof
