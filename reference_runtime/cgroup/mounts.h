#pragma once

#include <map>
#include <string>
#include <string_view>

#include "reference_runtime/cgroup/place.h"

namespace refrun {

/// Where this mount namespace sees the cgroup hierarchies.
struct CgroupMounts {
  std::map<std::string, std::string> legacy;  // v1 controller, or "name=systemd" -> mount point
  std::string unified;                        // mount point of the cgroup2 hierarchy; empty: none

  [[nodiscard]] CgroupMode mode() const;
};

/// Reads the text of /proc/PID/mountinfo, proc_pid_mountinfo(5).
[[nodiscard]] CgroupMounts parse_cgroup_mounts(std::string_view mountinfo);
/// This process's. Throws base::SysError.
[[nodiscard]] CgroupMounts read_cgroup_mounts();

}  // namespace refrun
