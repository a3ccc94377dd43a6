// When each kind of hook is called: the table in config.md#posix-platform-hooks.

#include <unistd.h>

#include "cases/support/hooked.h"

namespace runproof {
namespace {

/// The hook saw init in namespaces of its own, and not yet in the container's root.
void expect_before_pivot(const Hooked& hooked, const Container& box) {
  const Json init = hooked.run("hook").record.at("replies").at(0);

  EXPECT_THAT(init, Field("ns", testing::ResultOf([](const Json& ns) { return ns.at("mnt"); },
                                                  testing::Ne(namespaces_json(::getpid()).at("mnt")))));
  EXPECT_THAT(init, Field("ns", testing::ResultOf([](const Json& ns) { return ns.at("pid"); },
                                                  testing::Eq(namespaces_json(box.pid()).at("pid")))));
  EXPECT_NE(init.at("root"), identity_of(box.bundle().rootfs()));
}

std::vector<std::string> still_there(const std::vector<Cgroup>& groups) {
  std::vector<std::string> paths;
  for (const Cgroup& group : groups) {
    if (group.exists()) paths.push_back(group.dir.string());
  }
  return paths;
}

}  // namespace

CONFORMANCE_CASE(
    hooks, prestart_timing, .clause = "config.md#prestart",
    .claim = "prestart hooks are called by create, once the container's namespaces are there and before pivot_root",
    .needs = {need::root}, .faults = {"prestart_after_pivot", "prestart_hooks"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::prestart, "hook", {}, {"process", "@pid"}).config);
  Container box = container(bundle);

  EXPECT_THAT(box.create(), Succeeds());

  expect_before_pivot(hooked, box);
}

CONFORMANCE_CASE(
    hooks, createruntime_timing, .clause = "config.md#createruntime-hooks",
    .claim =
        "createRuntime hooks are called by create, once the container's namespaces are there and before pivot_root",
    .needs = {need::root}, .faults = {"prestart_after_pivot", "create_runtime_hooks"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::create_runtime, "hook", {}, {"process", "@pid"}).config);
  Container box = container(bundle);

  EXPECT_THAT(box.create(), Succeeds());

  expect_before_pivot(hooked, box);
}

CONFORMANCE_CASE(
    hooks, createcontainer_timing, .clause = "config.md#createcontainer-hooks",
    .claim = "createContainer hooks are called by create, after the createRuntime hooks and before pivot_root",
    .needs = {need::root}, .faults = {"create_container_after_pivot", "create_container_before_create_runtime"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::create_container, "container").hook(HookKind::create_runtime, "runtime").config);
  Container box = container(bundle);

  EXPECT_THAT(box.create(), Succeeds());

  EXPECT_THAT(hooked.names(), testing::ElementsAre("runtime", "container"));
  EXPECT_EQ(hooked.run("container").record.at("root"), identity_of("/"));
}

CONFORMANCE_CASE(hooks, startcontainer_timing, .clause = "config.md#startcontainer-hooks",
                 .claim = "startContainer hooks are called by start, before the program is executed",
                 .needs = {need::root}, .faults = {"start_container_at_create", "start_container_hooks"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::start_container, "hook").config);
  Container box = container(bundle);

  EXPECT_THAT(box.create(), Succeeds());
  EXPECT_THAT(hooked.names(), testing::IsEmpty());

  EXPECT_THAT(box.start(), Succeeds());
  box.await_init_death();
  EXPECT_THAT(hooked.names(), testing::ElementsAre("hook", "program"));
}

CONFORMANCE_CASE(hooks, poststart_timing, .clause = "config.md#poststart",
                 .claim = "poststart hooks are called after the program is executed and before start returns",
                 .needs = {need::root}, .faults = {"poststart_before_exec", "poststart_hooks", "await_exec"}) {
  Bundle& bundle = bare_bundle();
  Channel gate(bundle.rootfs(), "gate");
  Hooked hooked(bundle);
  hooked.program_stays().hook(HookKind::start_container, "startContainer", {"--gate-first", gate.inside()});
  write(bundle, hooked.hook(HookKind::poststart, "poststart", {}, {"process", "@pid"}).config);
  Container box = container(bundle);
  require(box.create());

  start_past_gate(box, gate, "startContainer");

  EXPECT_EQ(hooked.run("poststart").record.at("replies").at(0).at("program"), identity_of(bundle.file("probe")));
}

CONFORMANCE_CASE(hooks, poststop_timing, .clause = "config.md#poststop",
                 .claim = "poststop hooks are called after the container is deleted and before delete returns",
                 .needs = {need::root, need::cgroups}, .faults = {"poststop_before_delete", "hook_not_awaited"}) {
  Bundle& bundle = bare_bundle();
  Channel gate(bundle.rootfs(), "gate");
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::poststop, "hook", {"--gate", gate.path().string()}).config);
  Container box = container(bundle);
  require(box.create());
  const std::vector<Cgroup> groups = box.cgroups();
  require(box.start());
  box.await(Status::stopped);

  Running deleting = box.beside({"delete", box.id()});
  Peer hook = gate.accept("hook", soon());

  EXPECT_THAT(still_there(groups), testing::IsEmpty());
  EXPECT_FALSE(deleting.wait(context().within(std::chrono::milliseconds(20)))) << "delete did not wait for its hook";
  hook.tell({"go"});
  EXPECT_TRUE(deleting.finish(soon()).ok());
}

}  // namespace runproof
