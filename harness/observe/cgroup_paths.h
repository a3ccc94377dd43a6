#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/observe/cgroup.h"

namespace runproof {

/// Calls `visit` with the directory of every group below `dir`, the deepest first. One that goes meanwhile is no error.
/// False where there is no `dir`.
bool walk_groups(const std::filesystem::path& dir, const std::function<void(const std::string& dir)>& visit);
/// `path` ("/a/b", from the hierarchy's root) in every mounted hierarchy, whether there is such a group or not.
[[nodiscard]] std::vector<Cgroup> places_of_cgroup(std::string_view path);

}  // namespace runproof
