#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference_runtime/wasm/environment.h"
#include "reference_runtime/wasm/region.h"

namespace refrun::wasm {

/// How linear memories are had, best first.
enum class Tier : std::uint8_t {
  pooled,     // slots of 4 GiB with 2 GiB of guard: no memory ever moves
  compact,    // slots of 64 MiB: what outgrows its slot moves
  on_demand,  // a mapping per memory
};

std::string_view name_of(Tier tier);
/// "pooled", "compact", "on-demand"; nullopt for "auto". Throws LoadError for anything else.
std::optional<Tier> tier_from(std::string_view name);

struct TierRequest {
  std::optional<Tier> forced = std::nullopt;
  std::uint32_t instances = 1;                 // slots wanted
  std::chrono::microseconds patience{20'000};  // how long the trial of a tier may take, unless it is forced
};

struct MemoryChoice {
  Tier tier = Tier::on_demand;
  std::unique_ptr<MemorySource> source = nullptr;
  std::string reason = {};                    // why this tier
  std::vector<std::string> passed_over = {};  // better tiers and why not: warnings
  /// "wasm memory: tier=compact slots=2 reason=..."
  std::string log_line = {};
};

/// Tries the tiers from the best on: each must fit the environment, and then a memory is really made in it, in time.
/// Under emulation a reservation does not fail but takes long, in proportion to its size: so a small one is timed
/// first. Throws LoadError where a forced tier cannot be had.
MemoryChoice choose_memory(const Environment& environment, const TierRequest& request);

}  // namespace refrun::wasm
