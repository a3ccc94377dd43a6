#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reports/diff.h"
#include "reports/log.h"

namespace reports {

/// What one runtime did for one clause.
struct Cell {
  /// In reading order: the worst first.
  std::vector<const CaseRun*> cases = {};
  /// The worst of them.
  Outcome outcome = Outcome::skipped;
  bool leak = false;
  std::size_t passed = 0;
  /// Against the baseline, where there is one: at least one case of the clause is newly failing, or newly passing.
  bool worse = false;
  bool better = false;
  [[nodiscard]] bool red() const { return is_red(outcome) || leak; }
};

struct Row {
  std::string clause;
  std::vector<std::string> levels;
  /// One for each column; nullopt where that run has no result for the clause.
  std::vector<std::optional<Cell>> cells;
  [[nodiscard]] bool red() const;
  /// Two runtimes have different outcomes here.
  [[nodiscard]] bool differs() const;
  [[nodiscard]] bool changed() const;
};

struct Column {
  const NamedLog* log = nullptr;
  std::string title;
  /// Against the baseline of the same runtime name, if one was given.
  std::optional<Diff> diff;
};

/// The matrix as values. Points into the logs: they must outlive it.
struct Grid {
  std::vector<Column> columns = {};
  /// By file of the spec ("runtime.md"), then by clause.
  std::map<std::string, std::vector<Row>> files = {};
};

[[nodiscard]] Grid make_grid(const std::vector<NamedLog>& logs, const std::vector<NamedLog>& baseline);

}  // namespace reports
