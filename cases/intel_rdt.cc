// config-linux.md#intelrdt.
#include <sys/mount.h>
#include <unistd.h>

#include "base/sys_error.h"
#include "cases/support/own_mounts.h"
#include "harness/case.h"
#include "harness/observe/mountinfo.h"

namespace runproof {
namespace {

/// Under OwnMounts.
void unmount_resctrl() {
  for (const MountEntry& mount : mounts_of(getpid()).value_or(std::vector<MountEntry>{})) {
    if (mount.type == "resctrl" && ::umount2(mount.point.c_str(), MNT_DETACH) != 0)
      throw base::SysError("unmount " + mount.point);
  }
}

}  // namespace

CONFORMANCE_CASE(rdt, no_resctrl_error, .clause = "config-linux.md#intelrdt", .level = must,
                 .claim = "without a mounted resctrl file system intelRdt is an error of create",
                 .needs = {need::root, need::mount_namespaces}, .faults = {"intel_rdt_ignored"}) {
  Container box = container(Config::minimal({"/probe", "true"}).set("/linux/intelRdt/l3CacheSchema", "L3:0=f"));
  const OwnMounts own;
  unmount_resctrl();

  EXPECT_THAT(box.create(), FailsCleanly());
}

}  // namespace runproof
