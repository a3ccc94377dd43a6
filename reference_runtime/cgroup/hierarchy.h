#pragma once

#include <string>

#include "reference_runtime/cgroup/delegation.h"
#include "reference_runtime/cgroup/place.h"

namespace refrun {

// Making cgroups in the hierarchies: v2's rules, and v1's.

/// Makes place.unified and what is missing above it, with every controller enabled on the way that can be (cgroups(7):
/// a controller is there in a cgroup only if each one above passes it on). Throws base::SysError.
void create_unified(const CgroupPlace& place);
/// Makes place's directory of one v1 controller and what is missing above it. 0, or errno.
[[nodiscard]] int create_legacy(const CgroupPlace& place, const std::string& controller);

/// Whether the cgroup at `directory` of the unified hierarchy has that controller.
[[nodiscard]] bool has_controller(const std::string& directory, const std::string& controller);

/// Throws base::SysError.
void delegate(const std::string& directory, const Delegation& delegation);

}  // namespace refrun
