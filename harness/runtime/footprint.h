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
  bool children = false;       ///< count our children: what a runtime abandons comes to us, its subreaper
  std::vector<Cgroup> groups;  ///< and these
};

/// What is there now. Zombies are not counted.
struct Footprint {
  std::vector<Leftover> things;

  /// What is here and not in `before`.
  [[nodiscard]] std::vector<Leftover> beyond(const Footprint& before) const;
};

[[nodiscard]] Footprint take_footprint(const Places& places);
/// The entries of its state directory alone.
[[nodiscard]] std::vector<std::filesystem::path> states_in(const Places& places);
/// What is there beyond `before` once every process that is about to die has had until `deadline` to do so.
[[nodiscard]] std::vector<Leftover> what_appeared(const Places& places, const Footprint& before,
                                                  base::Deadline deadline);

/// Removes everything in `places` by itself: kills members and waits for them, unmounts, removes groups and state.
/// Gives what there was. Never throws: what cannot be removed says so in `what`.
std::vector<Leftover> clean_up(const Places& places, base::Deadline deadline) noexcept;

}  // namespace runproof
