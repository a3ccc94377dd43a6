// What hooks see of the container's file systems, and what the container sees of theirs.

#include <algorithm>

#include "base/file.h"
#include "cases/support/hooked.h"
#include "cases/support/mounts.h"

namespace runproof {
namespace {

constexpr const char* kTmpfs = "/mounted-by-config";

/// Whether a `mounts` record has a tmpfs at the root's directory of that name.
bool has_tmpfs(const Json& record, std::string_view name) {
  return std::ranges::any_of(record.at("mounts"), [&](const Json& mount) {
    return mount.at("type") == "tmpfs" && mount.at("target").get<std::string>().ends_with(name);
  });
}

}  // namespace

CONFORMANCE_CASE(hooks, create_container_after_mounts, .clause = "config.md#createcontainer-hooks", .level = descr,
                 .claim = "the configured mounts are there when the createContainer hooks are called",
                 .needs = {need::root}, .faults = {"make_mounts", "create_container_in_runtime"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  hooked.config.mount({.destination = kTmpfs, .type = "tmpfs", .source = "tmpfs"});
  write(bundle, hooked.hook(HookKind::create_container, "hook", {}, {"mounts"}).config);
  Container box = container(bundle);

  EXPECT_THAT(box.create(), Succeeds());

  EXPECT_TRUE(has_tmpfs(hooked.run("hook").record.at("replies").at(0), kTmpfs));
}

CONFORMANCE_CASE(
    hooks, create_container_before_pivot, .clause = "config.md#createcontainer-hooks",
    .claim = "createRuntime and createContainer hooks are called before pivot_root: the host's paths resolve",
    .needs = {need::root}, .faults = {"create_container_after_pivot", "prestart_after_pivot"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  const std::string file = (scratch() / "of-the-host").string();
  base::write_file(file, "host");
  hooked.hook(HookKind::create_runtime, "runtime", {}, {"process", "@pid"});
  write(bundle, hooked.hook(HookKind::create_container, "container", {}, {"read", file}).config);
  Container box = container(bundle);

  EXPECT_THAT(box.create(), Succeeds());

  EXPECT_NE(hooked.run("runtime").record.at("replies").at(0).at("root"), identity_of(bundle.rootfs()));
  EXPECT_THAT(hooked.run("container").record.at("replies").at(0), Field("text", "host"));
}

CONFORMANCE_CASE(
    hooks, mount_propagate, .clause = "config.md#createruntime-hooks", .level = descr,
    .claim = "the program sees what createRuntime (by entering its namespace) and createContainer hooks have mounted",
    .needs = {need::root}, .faults = {"create_runtime_hooks", "create_container_in_runtime"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  base::write_file(scratch() / "source", "of a hook");
  base::write_file(bundle.file("first"), "");
  base::write_file(bundle.file("second"), "");
  const std::string source = (scratch() / "source").string();
  const std::vector<std::string> enter_and_bind = {
      "enter", "@pid", "mnt", ",", "bind", source, bundle.file("first").string()};
  hooked.hook(HookKind::create_runtime, "runtime", {}, enter_and_bind);
  hooked.hook(HookKind::create_container, "container", {}, {"bind", source, bundle.file("second").string()});
  write(bundle, hooked.config.args({"/probe", "read", "/first", "+", "read", "/second"}));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::start_container), Succeeds());
  box.await_init_death();

  const Replies replies = Replies::parse(box.out());
  EXPECT_THAT(replies.all(), testing::ElementsAre(Field("text", "of a hook"), Field("text", "of a hook"))) << box.out();
}

CONFORMANCE_CASE(
    hooks, host_mntns, .clause = "config.md#createruntime-hooks", .level = cli,
    .claim =
        "without a mount namespace of its own, a container's createRuntime hook runs once and sees the host's files",
    .needs = {need::root, need::mount_namespaces}, .faults = {"create_runtime_hooks", "hook_twice"}) {
  const OwnMounts ours;
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  base::write_file(scratch() / "of-the-host", "host");
  hooked.hook(HookKind::create_runtime, "hook", {}, {"read", (scratch() / "of-the-host").string()});
  write(bundle, hooked.config.without(Namespace::mount));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::start_container), Succeeds());

  EXPECT_THAT(hooked.hook_names(), testing::ElementsAre("hook"));
  EXPECT_THAT(hooked.run("hook").record.at("replies").at(0), Field("text", "host"));
}

}  // namespace runproof
