#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "harness/observe/cgroup.h"
#include "harness/runtime/evidence.h"

namespace runproof {

/// Where a runtime may leave something.
struct Places {
  std::filesystem::path root;                 ///< its state directory: each entry but hidden ones counts
  std::string id;                             ///< not empty: only entries of `root` whose name holds it
  std::vector<std::filesystem::path> mounts;  ///< mounts at or below these count
  std::vector<std::string>
      cgroups;                 ///< groups at these paths count ("/rp-1-2-3"), in every hierarchy, and their members
  std::vector<Cgroup> groups;  ///< and these
};

/// What is there now. Processes are the children of this one (a subreaper: what a runtime abandons comes here) and the
/// members of the cgroups; zombies are not counted.
struct Footprint {
  std::vector<Leftover> things;

  /// What is here and not in `before`.
  [[nodiscard]] std::vector<Leftover> beyond(const Footprint& before) const;
};

[[nodiscard]] Footprint take_footprint(const Places& places);
/// What is there beyond `before` once every process that is about to die has had until `deadline` to do so.
[[nodiscard]] std::vector<Leftover> what_appeared(const Places& places, const Footprint& before,
                                                  base::Deadline deadline);

/// Removes everything in `places` by itself: kills members and waits for them, unmounts, removes groups and state.
/// Gives what there was. Never throws: what cannot be removed says so in `what`.
std::vector<Leftover> clean_up(const Places& places, base::Deadline deadline) noexcept;

}  // namespace runproof
