// config-linux.md#rootfs-mount-propagation.
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>

#include "cases/support/own_mounts.h"
#include "cases/support/told.h"
#include "harness/case.h"
#include "harness/observe/mountinfo.h"

namespace runproof {

namespace fs = std::filesystem;

namespace {

Config propagating(std::string_view word) {
  return Config::minimal({}).set("/linux/rootfsPropagation", std::string{word});
}

/// How the kernel says the root mount of that process propagates. Throws CaseFailed.
std::string propagation_of(const Container& box) {
  const auto mounts = mounts_of(box.pid());
  const MountEntry* root = mounts ? find_mount(*mounts, "/") : nullptr;
  if (root == nullptr) throw CaseFailed("container " + box.id() + " has no mount at /");
  return root->propagation();
}

/// Makes its root a shared mount. Under OwnMounts.
void share_root(Container& box) {
  make_mount_point(box.bundle().rootfs());
  set_propagation(box.bundle().rootfs(), MS_SHARED);
}

bool seen_mounted(const Container& box, const fs::path& point) {
  const auto mounts = mounts_of(box.pid());
  return mounts && find_mount(*mounts, point) != nullptr;
}

struct Propagation {
  std::string_view name;
  std::string_view inside;  ///< of a root that is a shared mount on the host
};
constexpr Propagation kPropagations[] = {{"shared", "shared"}, {"private", "private"}, {"unbindable", "unbindable"}};

}  // namespace

CONFORMANCE_CASE_FOR(root, propagation, propagation, kPropagations,
                     .clause = "config-linux.md#rootfs-mount-propagation", .level = descr,
                     .claim = "the root mount inside is shared, private or unbindable as rootfsPropagation says",
                     .needs = {need::root}, .faults = {"set_root_propagation"}) {
  Serving box = container_to_serve(propagating(propagation.name));
  const OwnMounts ours;
  share_root(box);

  require(box.create());
  box.serve();

  EXPECT_THAT(propagation_of(box), testing::StartsWith(std::string{propagation.inside}));
}

CONFORMANCE_CASE(
    root, propagation_slave_host_event, .clause = "config-linux.md#rootfs-mount-propagation", .level = descr,
    .claim = "with rootfsPropagation slave a mount that the host makes later below the root appears inside",
    .needs = {need::root}, .faults = {"config:set:/linux/rootfsPropagation=\"private\""}) {
  Serving box = container_to_serve(propagating("slave"));
  const OwnMounts ours;
  share_root(box);
  require(box.create());
  box.serve();

  mount_tmpfs(box.bundle().file("/tmp"));

  EXPECT_TRUE(seen_mounted(box, "/tmp"));
  EXPECT_THAT(propagation_of(box), "slave");
}

CONFORMANCE_CASE(root, propagation_private_host_event, .clause = "config-linux.md#rootfs-mount-propagation",
                 .level = descr,
                 .claim =
                     "with rootfsPropagation private a mount that the host makes later below the root does not "
                     "appear inside",
                 .needs = {need::root}, .faults = {"config:set:/linux/rootfsPropagation=\"slave\""}) {
  Serving box = container_to_serve(propagating("private"));
  const OwnMounts ours;
  share_root(box);
  require(box.create());
  box.serve();

  mount_tmpfs(box.bundle().file("/tmp"));

  EXPECT_FALSE(seen_mounted(box, "/tmp"));
}

CONFORMANCE_CASE(root, propagation_unset, .clause = "config-linux.md#rootfs-mount-propagation", .level = descr,
                 .claim = "without rootfsPropagation no mount made for the container appears on the host",
                 .needs = {need::root}, .faults = {"config:drop:/linux/namespaces/3"}) {
  Serving box = container_to_serve(Config::minimal({}));
  const OwnMounts ours;
  share_root(box);
  require(box.create());
  box.serve();

  const auto here = mounts_of(getpid());

  EXPECT_EQ(find_mount(*here, box.bundle().file("/proc")), nullptr);
}

CONFORMANCE_CASE(root, propagation_invalid, .clause = "config.md#valid-values", .level = must,
                 .claim = "an unknown rootfsPropagation is an error",
                 .faults = {"config:drop:/linux/rootfsPropagation"}) {
  EXPECT_THAT(container(propagating("sideways").args({"/probe", "true"})).create(), FailsCleanly());
}

}  // namespace runproof
