#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/registry/selection.h"

namespace CLI {
class App;
}

namespace runproof {

/// Options that choose cases, the same for `run`, `list` and `sabotage`.
struct SelectOptions {
  std::vector<std::string> ids;
  std::vector<std::string> clauses;
  std::vector<std::string> levels;
  std::vector<std::string> tags;
  std::string profile;  ///< empty: the cases of both
  std::string shard;
};

void add_select_options(CLI::App& command, SelectOptions& options);
/// Where a runtime is judged one profile has to be chosen; without this option the cases of both are.
void add_profile_option(CLI::App& command, SelectOptions& options);

/// Checked against the cases there are. Throws UsageError, with what was probably meant.
[[nodiscard]] Selection selection_from(const SelectOptions& options, const std::vector<Case>& cases);

}  // namespace runproof
