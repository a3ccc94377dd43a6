#pragma once

#include "reference_runtime/cgroup/place.h"
#include "reference_runtime/config/resources_config.h"

namespace refrun {

// Each controller's values go where that controller is: to its v1 hierarchy, or to the unified one. What asks for a
// controller that is nowhere is an error, as is a value that the kernel refuses. A value may depend on another one's
// old or new value (limit and memsw, quota and period): what is refused with EINVAL or EBUSY is tried again after the
// others of the same controller.

/// config-linux.md#memory, checkBeforeUpdate: v1's kernel refuses by itself, v2's would kill. Throws CgroupError where
/// the limit asked for is below the usage.
void check_memory_usage(const CgroupPlace& place, const Resources& resources);

/// All but pids and device rules. Throws CgroupError, naming file, value and reason.
void apply_resources(const CgroupPlace& place, const Resources& resources);

/// pids.max: a limit of 0 or 1 (config-linux.md#pids allows it) would not even let init be cloned into the cgroup.
void apply_pids_limit(const CgroupPlace& place, const Resources& resources);

}  // namespace refrun
