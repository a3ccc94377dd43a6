#include "reports/tally.h"

#include <algorithm>
#include <array>

namespace reports {
namespace {

void count(Tally& tally, const CaseRun& run) {
  switch (part_of(run)) {
    case Part::fine:
      ++tally.fine;
      break;
    case Part::red:
      ++tally.red;
      break;
    case Part::broken:
      ++tally.broken;
      break;
    case Part::reported:
      ++tally.reported;
      break;
    case Part::untested:
      ++tally.untested;
      break;
  }
}

std::vector<Tally> tally_by(const Log& log, std::string CaseInfo::*member) {
  std::map<std::string, Tally> by_name;
  for (const CaseRun& run : log.cases) {
    Tally& tally = by_name[run.info.*member];
    tally.name = run.info.*member;
    count(tally, run);
  }
  std::vector<Tally> all;
  for (auto& [name, tally] : by_name) all.push_back(std::move(tally));
  return all;
}

std::size_t reading_rank(const CaseRun& run) {
  const auto* const found = std::find(kReadingOrder.begin(), kReadingOrder.end(), run.outcome());
  const auto rank = static_cast<std::size_t>(found - kReadingOrder.begin());
  const auto level = static_cast<std::size_t>(level_rank(run.info.level));
  return (run.red() ? rank : rank + kReadingOrder.size()) * 10 + level;
}

}  // namespace

Part part_of(const CaseRun& run) {
  const Outcome outcome = run.outcome();
  if (outcome == Outcome::broken) return Part::broken;
  if (run.red()) return Part::red;
  if (outcome == Outcome::passed || outcome == Outcome::xfail) return Part::fine;
  if (outcome == Outcome::soft || outcome == Outcome::info) return Part::reported;
  return Part::untested;
}

std::string_view word(Part part) {
  switch (part) {
    case Part::fine:
      return "fine";
    case Part::red:
      return "red";
    case Part::broken:
      return "broken";
    case Part::reported:
      return "reported";
    case Part::untested:
      return "untested";
  }
  return {};
}

Tally tally_all(const Log& log) {
  Tally all = {.name = "all"};
  for (const CaseRun& run : log.cases) count(all, run);
  return all;
}

std::vector<Tally> tally_by_area(const Log& log) { return tally_by(log, &CaseInfo::area); }

std::vector<Tally> tally_by_level(const Log& log) {
  std::vector<Tally> all = tally_by(log, &CaseInfo::level);
  std::stable_sort(all.begin(), all.end(),
                   [](const Tally& a, const Tally& b) { return level_rank(a.name) < level_rank(b.name); });
  return all;
}

int level_rank(std::string_view level) {
  static constexpr std::array<std::string_view, 7> kLevels = {"must", "descr", "should", "hardening",
                                                              "cli",  "may",   "vendor"};
  return static_cast<int>(std::find(kLevels.begin(), kLevels.end(), level) - kLevels.begin());
}

std::vector<const CaseRun*> reading_order(const Log& log) {
  std::vector<const CaseRun*> all;
  for (const CaseRun& run : log.cases) all.push_back(&run);
  std::stable_sort(all.begin(), all.end(),
                   [](const CaseRun* a, const CaseRun* b) { return reading_rank(*a) < reading_rank(*b); });
  return all;
}

std::vector<const CaseRun*> slowest(const Log& log, std::size_t most) {
  std::vector<const CaseRun*> all;
  for (const CaseRun& run : log.cases) all.push_back(&run);
  std::stable_sort(all.begin(), all.end(),
                   [](const CaseRun* a, const CaseRun* b) { return a->took_ms() > b->took_ms(); });
  all.resize(std::min(most, all.size()));
  return all;
}

}  // namespace reports
