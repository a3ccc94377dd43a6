#pragma once

#include "reference_runtime/plan/mount_plan.h"

namespace refrun {

/// Gives a bind's detached tree its id mapping (mount_setattr(2), MOUNT_ATTR_IDMAP): the mount's own, or the
/// container's. Throws std::runtime_error where there is neither, or where the mount is no bind that the parent may
/// make.
void apply_idmap(const MountPlanInput& input, const Mount& mount, MountItem& item);

/// "0 1000 1\n..." as /proc/PID/uid_map takes it.
[[nodiscard]] std::string id_map_text(const std::vector<IdMapping>& mappings);

}  // namespace refrun
