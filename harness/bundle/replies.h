#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace runproof {

/// What a probe said on its standard output: one record for each verb, and the completion record.
class Replies {
 public:
  /// Reads JSON lines (a terminal's carriage returns are dropped). Lines that are no probe's record make it unfit, not
  /// an error.
  [[nodiscard]] static Replies parse(std::string_view text);

  /// The completion record came, came last, and every line before it was a record. Nothing else counts as an answer.
  [[nodiscard]] bool complete() const { return complete_; }
  /// The record of the first such verb, or null where there is none.
  [[nodiscard]] base::Json of(std::string_view verb) const;
  [[nodiscard]] const std::vector<base::Json>& all() const { return records_; }
  /// Why it is not complete: for messages.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  std::vector<base::Json> records_;
  bool complete_ = false;
  std::string problem_ = "no completion record";
};

/// One line of a hook log, as `probe hook` writes it.
struct HookRun {
  std::string name;
  base::Json record;  ///< the whole line; see fixtures/probe/verbs/hook.cc
  /// What came on standard input, parsed; null where that was not JSON.
  base::Json state;
};

/// The log of `probe hook`: every run, in the order they were written. A file that is not there is an
/// empty log. Throws JsonError for a line that is not whole.
[[nodiscard]] std::vector<HookRun> read_hook_log(const std::filesystem::path& log);

}  // namespace runproof
