#pragma once

#include <string>
#include <vector>

#include "reports/log.h"
#include "reports/summary.h"

namespace reports {

/// What one case did in two runs.
struct Change {
  std::string id;
  Outcome before = Outcome::passed;
  Outcome after = Outcome::passed;
  bool leak_before = false;
  bool leak_after = false;
  double before_ms = 0;
  double after_ms = 0;
  std::string message;
  std::string clause;
  std::string rerun;
};

struct Diff {
  std::string before;
  std::string after;
  /// Red now (a leak included), and not before; a case that is new and red is one of them, with `before` skipped.
  std::vector<Change> newly_failing;
  /// Red before, and passed now.
  std::vector<Change> newly_passing;
  /// Both outcomes seen in the later run, whatever it was before.
  std::vector<Change> flaky;
  /// Red in both runs.
  std::vector<Change> still_failing;
  /// Something else than before, and not red: passed and now skipped, failed and now expected to.
  std::vector<Change> changed;
  /// Slower by the factor and by the floor; not a regression, for machines differ.
  std::vector<Change> slower;
  /// Case ids that only one run has a result for.
  std::vector<std::string> added;
  std::vector<std::string> removed;

  /// Newly failing, or flaky and not so before: `runproof diff` exits 1.
  [[nodiscard]] bool regression() const;
};

struct DiffOptions {
  double slower_factor = 2;
  /// Differences smaller than this are noise.
  double slower_floor_ms = 20;
};

[[nodiscard]] Diff diff_logs(const NamedLog& before, const NamedLog& after, const DiffOptions& options = {});

/// For a terminal.
[[nodiscard]] std::string render_diff(const Diff& diff, const SummaryOptions& options = {});

}  // namespace reports
