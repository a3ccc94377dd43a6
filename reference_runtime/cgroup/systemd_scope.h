#pragma once

#include <string>
#include <vector>

#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/cgroup/systemd_bus.h"

namespace refrun {

/// A cgroupsPath as the systemd driver reads it, "slice:prefix:name": the transient unit prefix-name.scope in that
/// slice.
struct SystemdScope {
  std::string slice;  // "machine.slice"
  std::string unit;   // "refrun-box1.scope"
};

/// Without a cgroupsPath: system.slice (user.slice when rootless), "refrun" and the id. Throws CgroupError.
[[nodiscard]] SystemdScope parse_scope(const CgroupRequest& request);

/// Where systemd puts a slice: "a-b.slice" is "/a.slice/a-b.slice", "-.slice" the root, "". Throws CgroupError.
[[nodiscard]] std::string slice_path(const std::string& slice);

/// What systemd is to know of the limits, so that it does not set them otherwise when it reloads. `mode` says which
/// names it has for them.
[[nodiscard]] std::vector<UnitProperty> scope_properties(const Resources& resources, CgroupMode mode);

/// The scope's life. Each throws CgroupError.
void start_scope(const CgroupPlace& place, const CgroupRequest& request, pid_t init, base::Deadline deadline);
void set_scope(const CgroupPlace& place, const Resources& resources);
/// One that is gone already is no error, nor is a system without systemd any more.
void stop_scope(const CgroupPlace& place, base::Deadline deadline);

}  // namespace refrun
