#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/lane/lane.h"

namespace runproof {

/// Whether this machine can offer a lane; only looks, installs and boots nothing.
struct LaneOffer {
  Lane lane = Lane::host;
  bool can = false;
  std::string text;  ///< how, or what is missing and what to do about it
};
/// One for each lane, in their order. `cache`: see cache_folder (kernel.h).
[[nodiscard]] std::vector<LaneOffer> lane_offers(const std::filesystem::path& cache);

}  // namespace runproof
