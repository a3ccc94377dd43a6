#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "reference_runtime/cgroup/place.h"

namespace refrun {

/// `exec --cgroup`: where a process goes instead of the container's own cgroup. Each word is "SUB", for all
/// hierarchies, or "CONTROLLER[,CONTROLLER]:SUB"; SUB is below the container's cgroup and must exist, "/" is that
/// cgroup itself. Throws CgroupError.
[[nodiscard]] CgroupPlace sub_cgroup(const CgroupPlace& place, const std::vector<std::string>& words);

/// The same hierarchies, but the directories in which `pid` is now.
[[nodiscard]] CgroupPlace place_of_process(const CgroupPlace& place, pid_t pid);

}  // namespace refrun
