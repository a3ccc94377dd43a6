// runtime.md: delete removes what create made, and nothing else.
#include <sys/mount.h>
#include <unistd.h>

#include "base/file.h"
#include "cases/support/cgroups.h"
#include "cases/support/namespaces.h"
#include "cases/support/own_mounts.h"
#include "cases/support/systemd.h"
#include "harness/case.h"
#include "harness/observe/mountinfo.h"

namespace runproof {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;

namespace {

/// Makes a directory a mount that spreads what is mounted below it to its peers, as all of the file system is where
/// systemd has booted. Under OwnMounts.
void share(const std::filesystem::path& directory) {
  make_mount_point(directory);
  set_propagation(directory, MS_SHARED);
}

/// What our mount table has below a directory, without the directory itself.
std::vector<std::string> our_mounts_within(const std::filesystem::path& directory) {
  std::vector<std::string> points;
  for (const MountEntry& entry : mounts_below(mounts_of(getpid()).value_or(std::vector<MountEntry>{}), directory)) {
    if (entry.point != directory) points.push_back(entry.point);
  }
  return points;
}

}  // namespace

CONFORMANCE_CASE(delete, removes_cgroup, .clause = "runtime.md#delete", .level = must,
                 .claim = "delete removes the cgroups that create made", .needs = {need::root, need::cgroups},
                 .tags = {"death"}, .faults = {"delete_leaves_cgroup", "remove_cgroup"}) {
  Container box = stopped();
  ASSERT_THAT(box.cgroups(), Not(IsEmpty()));

  EXPECT_THAT(box.remove(), Succeeds());
  EXPECT_THAT(remaining(box.cgroups()), IsEmpty());
}

CONFORMANCE_CASE(delete, removes_state_dir, .clause = "runtime.md#delete", .level = must,
                 .claim = "delete removes the container's directory below --root", .tags = {"death"},
                 .faults = {"delete_leaves_state", "remove_state"}) {
  Container box = stopped();
  ASSERT_THAT(states_in(box.places()), Not(IsEmpty()));

  EXPECT_THAT(box.remove(), Succeeds());
  EXPECT_THAT(states_in(box.places()), IsEmpty());
}

CONFORMANCE_CASE(
    delete, removes_mounts, .clause = "runtime.md#delete", .level = must,
    .claim = "delete leaves no mount of the container in the host's mount table, though that shares mounts",
    .needs = {need::root, need::mount_namespaces}, .tags = {"death"}, .faults = {"keep_mounts_from_spreading"}) {
  const Bundle& here =
      bundle(Config::minimal({"/probe", "true"}).mount({.destination = "/data", .type = "tmpfs", .source = "tmpfs"}));
  const OwnMounts ours;
  share(here.path().parent_path());
  Container box = container(here);
  require(box.create());
  require(box.start());
  box.await(Status::stopped);

  EXPECT_THAT(box.remove(), Succeeds());
  EXPECT_THAT(our_mounts_within(here.path()), IsEmpty());
}

CONFORMANCE_CASE(delete, removes_mounts_host_mntns, .clause = "runtime.md#delete", .level = must,
                 .claim = "delete takes away what was mounted for a container without a mount namespace of its own",
                 .needs = {need::root, need::mount_namespaces}, .tags = {"death"},
                 .faults = {"delete_leaves_mount", "unmount_root"}) {
  const Bundle& here = bundle(Config::minimal({"/probe", "true"}).without(Namespace::mount));
  const OwnMounts ours;
  share(here.path().parent_path());
  Container box = container(here);
  require(box.create());
  require(box.start());
  box.await(Status::stopped);

  EXPECT_THAT(box.remove(), Succeeds());
  EXPECT_THAT(our_mounts_within(here.path()), IsEmpty());
}

CONFORMANCE_CASE(delete, keeps_foreign_resources, .clause = "runtime.md#delete", .level = must,
                 .claim =
                     "delete leaves alone what create did not make: a cgroup above, "
                     "a joined network namespace, a mounted file, the bundle",
                 .needs = {need::root, need::cgroups}, .tags = {"death"},
                 .faults = {"foreign_cgroup_removed", "delete_removes_bundle_state"}) {
  const ForeignGroups foreign(fresh_id());
  base::write_file(scratch() / "mine", "still here");
  Serving owner = serving(Config::minimal({}).with_new(Namespace::network));
  Container box =
      stopped(Config::minimal({"/probe", "true"})
                  .cgroups_path(foreign.path() + "/inner")
                  .joining(Namespace::network, "/proc/" + std::to_string(owner.pid()) + "/ns/net")
                  .mount({.destination = "/mine", .source = (scratch() / "mine").string(), .options = {"bind"}}));

  EXPECT_THAT(box.remove(), Succeeds());
  EXPECT_TRUE(foreign.all_exist());
  EXPECT_THAT(owner.ask({"ns"}), Field("ns", Not(base::Json::object())));
  EXPECT_EQ(base::read_file(scratch() / "mine"), "still here");
  EXPECT_TRUE(std::filesystem::exists(box.bundle().path() / "config.json"));
}

CONFORMANCE_CASE(
    delete, undo_create, .clause = "runtime.md#lifecycle", .level = must,
    .claim = "after delete nothing of what create made is left: no namespace, process, mount, cgroup or state",
    .needs = {need::root}, .tags = {"death"}, .faults = {"delete_leaves_cgroup", "delete_leaves_state"}) {
  Serving box = serving(Config::minimal({}).with_new(Namespace::network));
  const auto made = own_namespaces_of(box.pid());
  ASSERT_THAT(made, Contains(testing::Key("net")));
  require(box.kill(SIGKILL));
  box.await(Status::stopped);

  EXPECT_THAT(box.remove(), Succeeds());
  EXPECT_THAT(holders_of(made), IsEmpty());
  EXPECT_THAT(box, IsGone());
}

CONFORMANCE_CASE(delete, force_frozen_v1, .clause = "runtime.md#delete", .level = hardening,
                 .claim = "delete --force does not hang when init is in a frozen v1 group that is not the container's",
                 .needs = {need::root, need::freezer_v1}, .tags = {"death"}, .faults = {"delete_waits_forever"}) {
  const ForeignGroups foreign(fresh_id());
  Serving box = serving();
  foreign.take_in(box.pid());
  const FrozenV1 frozen(freezer_of(foreign.groups()));

  EXPECT_FALSE(box.remove({.force = true}).timed_out);
}

CONFORMANCE_CASE(delete, force_subcgroups_v1, .clause = "runtime.md#delete", .level = cli,
                 .claim = "delete --force removes groups that were made below the container's own on v1",
                 .needs = {need::root, need::cgroup_v1}, .tags = {"death"}, .faults = {"delete_leaves_cgroup"}) {
  Serving box = serving();
  make_groups_below(box.cgroups(), "inner");

  EXPECT_THAT(box.remove({.force = true}), Succeeds());
  EXPECT_THAT(remaining(box.cgroups()), IsEmpty());
}

CONFORMANCE_CASE(
    delete, force_subcgroups_v2, .clause = "runtime.md#delete", .level = cli,
    .claim = "delete --force removes groups, threaded ones too, that were made below the container's own on v2",
    .needs = {need::root, need::cgroup_v2}, .tags = {"death"}, .faults = {"delete_leaves_cgroup"}) {
  Serving box = serving();
  make_groups_below(box.cgroups(), "inner");
  make_threaded(box.cgroups(), "inner");

  EXPECT_THAT(box.remove({.force = true}), Succeeds());
  EXPECT_THAT(remaining(box.cgroups()), IsEmpty());
}

CONFORMANCE_CASE(delete, systemd_failed_unit, .clause = "runtime.md#delete", .level = cli,
                 .claim = "delete clears the systemd scope of a container that systemd calls failed",
                 .needs = {need::root, need::systemd}, .features = {"cgroup.systemd"}, .tags = {"death"},
                 .faults = {"systemd_keeps_failed_scope"}) {
  const Scope scope(fresh_id());
  Container box = container(Config::minimal({"/probe", "pause"})
                                .cgroups_path(scope.cgroups_path())
                                .annotation("org.systemd.property.TimeoutStopUSec", "uint64 100000"));
  box.globals().systemd_cgroup = true;
  require(box.create());
  require(box.start());
  scope.stop(soon());  // init does not heed SIGTERM: systemd has to kill it, and calls the scope failed
  box.await(Status::stopped);

  EXPECT_THAT(box.remove(), Succeeds());
  EXPECT_THAT(scope.property("LoadState", soon()), "not-found");
}

}  // namespace runproof
