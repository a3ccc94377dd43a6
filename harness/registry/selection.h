#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/registry/registry.h"

namespace runproof {

/// The i-th of n equal parts; counts from 1.
struct Shard {
  int index = 1;
  int count = 1;
};

/// Which cases to run. An empty list does not restrict. Within a list any entry will do; between lists all must hold.
struct Selection {
  std::vector<std::string> ids;      ///< globs; "area" is all of it, "area.name" also its values
  std::vector<std::string> clauses;  ///< globs; "runtime.md" is the whole file
  std::vector<Level> levels;
  std::vector<std::string> tags;
  std::optional<Profile> profile = Profile::spec;  ///< nullopt: every case, whichever profile it is in
  Shard shard;
  std::optional<std::uint64_t> seed;  ///< the order is shuffled by it; else by id
};

/// The cases to run, in their order. The shard is cut before shuffling, so that all shards together are the whole.
[[nodiscard]] std::vector<const Case*> select_cases(std::span<const Case> cases, const Selection& selection);
[[nodiscard]] bool id_matches(std::string_view glob, std::string_view id);
/// Entries of `ids`, `clauses` and `tags` that fit no case at all: a usage error, most likely a typing mistake.
[[nodiscard]] std::vector<std::string> unknown_entries(std::span<const Case> cases, const Selection& selection);
/// The ids most like `wanted`, best first, at most three: for "did you mean".
[[nodiscard]] std::vector<std::string> similar_ids(std::span<const Case> cases, std::string_view wanted);

}  // namespace runproof
