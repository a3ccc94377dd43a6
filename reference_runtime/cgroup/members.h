#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "reference_runtime/cgroup/place.h"

namespace refrun {

/// The directory whose members are the container's: the unified one, or on v1 the freezer's.
[[nodiscard]] std::string main_directory(const CgroupPlace& place);
/// The directory and every one below it, the directory itself last. Empty where it is gone.
[[nodiscard]] std::vector<std::string> directory_tree(const std::string& directory);
/// Every process in the container's cgroup and below, ascending, each once.
[[nodiscard]] std::vector<pid_t> list_processes(const CgroupPlace& place);

/// Descriptors of the members. Each is sure to be one: its pid was listed again after the descriptor was open, and the
/// process was not reaped yet after that, so that a pid which went to someone else in between is not taken for it.
[[nodiscard]] std::vector<base::UniqueFd> open_members(const CgroupPlace& place);

}  // namespace refrun
