#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace reports {

/// One shard's log: its name, for messages, and its text.
struct ShardText {
  std::string name;
  std::string_view text;
};

/// Logs that are not the shards of one run. `what()` names the log and the reason.
class MergeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The text of one log that holds the shards' plans and results. Throws MergeError where a log cannot be read, was
/// interrupted, is not a shard or already merged, where two are the same shard or hold the same case, where they differ
/// in suite, spec version, runtime, profile, wait, lane or seed, or where a shard is missing.
[[nodiscard]] std::string merge_logs(const std::vector<ShardText>& shards);

}  // namespace reports
