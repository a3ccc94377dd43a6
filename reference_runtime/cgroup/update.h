#pragma once

#include "reference_runtime/cgroup/place.h"
#include "reference_runtime/config/resources_config.h"

namespace refrun {

/// `resources` with what its settings need beside them, as it is now: the quota for a new period, the memory limit for
/// a new limit of memory and swap together.
[[nodiscard]] Resources with_current_values(const CgroupPlace& place, Resources resources);

}  // namespace refrun
