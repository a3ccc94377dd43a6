#pragma once

#include <cstddef>
#include <string>

#include "reports/log.h"

namespace reports {

enum class Colour { off, on };

struct SummaryOptions {
  Colour colour = Colour::off;
  /// Columns; prose is wrapped to it, at least 60. What is to be pasted is never wrapped.
  std::size_t width = 80;
  /// How many of the slowest cases to name.
  std::size_t slowest = 5;
};

/// For a terminal: what ran, a table by area and by level, each red case with its evidence and the line that runs it
/// again, what was reported without being red, the slowest cases, the counts and what they mean.
[[nodiscard]] std::string render_summary(const Log& log, const SummaryOptions& options = {});

/// One red case as the summary shows it: for showing failures as they happen.
[[nodiscard]] std::string render_case(const CaseRun& run, const SummaryOptions& options = {});

}  // namespace reports
