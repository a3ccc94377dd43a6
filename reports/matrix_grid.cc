#include "reports/matrix_grid.h"

#include <algorithm>
#include <set>

#include "reports/tally.h"

namespace reports {
namespace {

std::vector<std::string> titles(const std::vector<NamedLog>& logs) {
  std::map<std::string, int> seen;
  for (const NamedLog& named : logs) ++seen[runtime_title(named.log.header)];
  std::vector<std::string> all;
  for (const NamedLog& named : logs) {
    const std::string title = runtime_title(named.log.header);
    all.push_back(seen[title] > 1 ? title + ", " + named.name : title);
  }
  return all;
}

Column make_column(const NamedLog& named, std::string title, const std::vector<NamedLog>& baseline) {
  Column column = {.log = &named, .title = std::move(title), .diff = std::nullopt};
  const auto same = [&](const NamedLog& other) {
    return other.log.header.runtime.name == named.log.header.runtime.name;
  };
  const auto found = std::find_if(baseline.begin(), baseline.end(), same);
  if (found != baseline.end()) column.diff = diff_logs(*found, named);
  return column;
}

bool contains(const std::vector<Change>& changes, const std::string& id) {
  return std::any_of(changes.begin(), changes.end(), [&](const Change& change) { return change.id == id; });
}

void add(Cell& cell, const CaseRun& run, const Column& column) {
  const Outcome outcome = run.outcome();
  cell.outcome = cell.cases.empty() ? outcome : std::max(cell.outcome, outcome);
  cell.cases.push_back(&run);
  cell.leak = cell.leak || run.leak();
  cell.passed += outcome == Outcome::passed && !run.leak() ? 1 : 0;
  if (!column.diff) return;
  cell.worse =
      cell.worse || contains(column.diff->newly_failing, run.info.id) || contains(column.diff->flaky, run.info.id);
  cell.better = cell.better || contains(column.diff->newly_passing, run.info.id);
}

std::string file_of(const std::string& clause) { return clause.substr(0, clause.find('#')); }

}  // namespace

bool Row::red() const {
  return std::any_of(cells.begin(), cells.end(), [](const auto& cell) { return cell && cell->red(); });
}

bool Row::differs() const {
  std::set<std::pair<Outcome, bool>> seen;
  for (const std::optional<Cell>& cell : cells) {
    if (cell) seen.emplace(cell->outcome, cell->leak);
  }
  return seen.size() > 1;
}

bool Row::changed() const {
  return std::any_of(cells.begin(), cells.end(),
                     [](const auto& cell) { return cell && (cell->worse || cell->better); });
}

Grid make_grid(const std::vector<NamedLog>& logs, const std::vector<NamedLog>& baseline) {
  Grid grid;
  const std::vector<std::string> names = titles(logs);
  std::map<std::string, Row> rows;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    grid.columns.push_back(make_column(logs[i], names[i], baseline));
    for (const CaseRun* run : reading_order(logs[i].log)) {
      Row& row = rows[run->info.clause];
      row.clause = run->info.clause;
      row.cells.resize(logs.size());
      if (!row.cells[i]) row.cells[i].emplace();
      add(*row.cells[i], *run, grid.columns.back());
      if (std::find(row.levels.begin(), row.levels.end(), run->info.level) == row.levels.end()) {
        row.levels.push_back(run->info.level);
      }
    }
  }
  for (auto& [clause, row] : rows) {
    std::stable_sort(row.levels.begin(), row.levels.end(),
                     [](const std::string& a, const std::string& b) { return level_rank(a) < level_rank(b); });
    grid.files[file_of(clause)].push_back(std::move(row));
  }
  return grid;
}

}  // namespace reports
