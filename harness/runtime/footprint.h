#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "harness/runtime/evidence.h"

namespace runproof {

/// Where a runtime can leave things: the state directory of this case, cgroups and mounts that bear its name, processes
/// below this one.
struct Footprint {
  std::vector<Leftover> things;

  /// What is here and not in `before`.
  [[nodiscard]] std::vector<Leftover> beyond(const Footprint& before) const;
};

/// `scratch`: mounts at or below it count. `prefix`: of cgroups (Context::prefix). `root`: each entry in it counts.
/// Processes are the children of this one (a subreaper: what a runtime abandons comes here) and the members of those
/// cgroups; zombies are reaped.
[[nodiscard]] Footprint take_footprint(const std::filesystem::path& scratch, const std::filesystem::path& root,
                                       const std::string& prefix);
/// The footprint of the case in this process.
[[nodiscard]] Footprint take_footprint();

}  // namespace runproof
