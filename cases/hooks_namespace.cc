// Where hooks are executed, and where their path is looked up.

#include <unistd.h>

#include "cases/support/hooked.h"

namespace runproof {
namespace {

/// It ran in the namespaces and the root of the runtime, which has ours.
void expect_in_runtime(const HookRun& run) {
  EXPECT_EQ(namespaces_of_hook(run), namespaces_json(::getpid()));
  EXPECT_EQ(run.record.at("root"), identity_of("/"));
}

/// Two copies of the probe at one path: one that the host sees there, one that the container sees.
struct Twins {
  Twins(const std::filesystem::path& scratch, const Bundle& bundle)
      : path(scratch / "twin"), of_runtime(path), of_container(bundle.file(path.string())) {
    std::filesystem::create_directories(of_container.parent_path());
    std::filesystem::copy_file(bundle.file("probe"), of_runtime);
    std::filesystem::copy_file(bundle.file("probe"), of_container);
  }
  std::filesystem::path path;
  std::filesystem::path of_runtime;
  std::filesystem::path of_container;
};

}  // namespace

CONFORMANCE_CASE(hooks, prestart_namespace, .clause = "config.md#prestart",
                 .claim = "prestart hooks are executed in the runtime namespace", .needs = {need::root},
                 .faults = {"prestart_in_container"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::prestart, "hook").config);
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::prestart), Succeeds());

  expect_in_runtime(hooked.run("hook"));
}

CONFORMANCE_CASE(hooks, createruntime_namespace, .clause = "config.md#createruntime-hooks",
                 .claim = "createRuntime hooks are executed in the runtime namespace", .needs = {need::root},
                 .faults = {"create_runtime_in_container"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::create_runtime, "hook").config);
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::create_runtime), Succeeds());

  expect_in_runtime(hooked.run("hook"));
}

CONFORMANCE_CASE(hooks, createcontainer_namespace, .clause = "config.md#createcontainer-hooks",
                 .claim = "createContainer hooks are executed in the container namespace", .needs = {need::root},
                 .faults = {"create_container_in_runtime"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::create_container, "hook").config);
  Container box = container(bundle);

  EXPECT_THAT(box.create(), Succeeds());
  const Json of_init = namespaces_json(box.pid());

  EXPECT_EQ(namespaces_of_hook(hooked.run("hook")), of_init);
}

CONFORMANCE_CASE(hooks, startcontainer_namespace, .clause = "config.md#startcontainer-hooks",
                 .claim = "startContainer hooks are executed in the container namespace", .needs = {need::root},
                 .faults = {"start_container_in_runtime"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::start_container, "hook").config);
  Container box = container(bundle);

  EXPECT_THAT(box.create(), Succeeds());
  const Json of_init = namespaces_json(box.pid());
  EXPECT_THAT(box.start(), Succeeds());
  box.await_init_death();

  EXPECT_EQ(namespaces_of_hook(hooked.run("hook")), of_init);
}

CONFORMANCE_CASE(hooks, poststart_namespace, .clause = "config.md#poststart",
                 .claim = "poststart hooks are executed in the runtime namespace", .needs = {need::root},
                 .faults = {"poststart_in_container"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.program_stays().hook(HookKind::poststart, "hook").config);
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::poststart), Succeeds());

  expect_in_runtime(hooked.run("hook"));
}

CONFORMANCE_CASE(hooks, poststop_namespace, .clause = "config.md#poststop",
                 .claim = "poststop hooks are executed in the runtime namespace", .needs = {need::root},
                 .faults = {"poststop_in_container_root"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::poststop, "hook").config);
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::poststop), Succeeds());

  expect_in_runtime(hooked.run("hook"));
}

CONFORMANCE_CASE(hooks, prestart_path_ns, .clause = "config.md#prestart",
                 .claim = "the path of a prestart hook resolves in the runtime namespace", .needs = {need::root},
                 .faults = {"runtime_hook_path_in_root"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  const Twins twins(scratch(), bundle);
  write(bundle, hooked.hook(HookKind::prestart, "hook").config.set("/hooks/prestart/0/path", twins.path.string()));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::prestart), Succeeds());

  EXPECT_EQ(hooked.run("hook").record.at("program"), identity_of(twins.of_runtime));
}

CONFORMANCE_CASE(hooks, createruntime_path_ns, .clause = "config.md#createruntime-hooks",
                 .claim = "the path of a createRuntime hook resolves in the runtime namespace", .needs = {need::root},
                 .faults = {"runtime_hook_path_in_root"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  const Twins twins(scratch(), bundle);
  write(bundle,
        hooked.hook(HookKind::create_runtime, "hook").config.set("/hooks/createRuntime/0/path", twins.path.string()));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::create_runtime), Succeeds());

  EXPECT_EQ(hooked.run("hook").record.at("program"), identity_of(twins.of_runtime));
}

CONFORMANCE_CASE(hooks, createcontainer_path_ns, .clause = "config.md#createcontainer-hooks",
                 .claim = "the path of a createContainer hook resolves in the runtime namespace", .needs = {need::root},
                 .faults = {"create_container_after_pivot"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  const Twins twins(scratch(), bundle);
  write(
      bundle,
      hooked.hook(HookKind::create_container, "hook").config.set("/hooks/createContainer/0/path", twins.path.string()));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::create_container), Succeeds());

  EXPECT_EQ(hooked.run("hook").record.at("program"), identity_of(twins.of_runtime));
}

CONFORMANCE_CASE(hooks, startcontainer_path_ns, .clause = "config.md#startcontainer-hooks",
                 .claim = "the path of a startContainer hook resolves in the container namespace",
                 .needs = {need::root}, .faults = {"start_container_in_runtime"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  const Twins twins(scratch(), bundle);
  write(bundle,
        hooked.hook(HookKind::start_container, "hook").config.set("/hooks/startContainer/0/path", twins.path.string()));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::start_container), Succeeds());

  EXPECT_EQ(hooked.run("hook").record.at("program"), identity_of(twins.of_container));
}

CONFORMANCE_CASE(hooks, poststart_path_ns, .clause = "config.md#poststart",
                 .claim = "the path of a poststart hook resolves in the runtime namespace", .needs = {need::root},
                 .faults = {"poststart_in_container", "runtime_hook_path_in_root"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  const Twins twins(scratch(), bundle);
  write(bundle, hooked.program_stays()
                    .hook(HookKind::poststart, "hook")
                    .config.set("/hooks/poststart/0/path", twins.path.string()));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::poststart), Succeeds());

  EXPECT_EQ(hooked.run("hook").record.at("program"), identity_of(twins.of_runtime));
}

CONFORMANCE_CASE(hooks, poststop_path_ns, .clause = "config.md#poststop",
                 .claim = "the path of a poststop hook resolves in the runtime namespace", .needs = {need::root},
                 .faults = {"poststop_in_container_root", "runtime_hook_path_in_root"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  const Twins twins(scratch(), bundle);
  write(bundle, hooked.hook(HookKind::poststop, "hook").config.set("/hooks/poststop/0/path", twins.path.string()));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::poststop), Succeeds());

  EXPECT_EQ(hooked.run("hook").record.at("program"), identity_of(twins.of_runtime));
}

}  // namespace runproof
