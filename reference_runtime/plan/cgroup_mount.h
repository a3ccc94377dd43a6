#pragma once

#include <vector>

#include "reference_runtime/plan/mount_plan.h"

namespace refrun {

/// A mount of type "cgroup" means "the cgroups, however this host has them": cgroup2 on v2, and on v1 a tmpfs with one
/// mount per hierarchy and links for the controllers. `item` is the entry as read; what it becomes is appended to
/// `out`.
void plan_cgroup_mount(const MountPlanInput& input, const Mount& mount, MountItem item, std::vector<MountItem>& out);

}  // namespace refrun
