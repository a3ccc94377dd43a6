#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "reports/log.h"

namespace reports {

/// Where each case ends up when people ask "how many": each is counted in exactly one of the parts.
struct Tally {
  std::string name;
  std::size_t fine = 0;      ///< passed, xfail
  std::size_t red = 0;       ///< is_red, or something was left behind
  std::size_t broken = 0;    ///< the suite's own fault
  std::size_t reported = 0;  ///< soft, info
  std::size_t untested = 0;  ///< skipped, unsupported
  [[nodiscard]] std::size_t cases() const { return fine + red + broken + reported + untested; }
};

/// The names of Tally's parts, for heads and for colours.
enum class Part { fine, red, broken, reported, untested };
[[nodiscard]] Part part_of(const CaseRun& run);
[[nodiscard]] std::string_view word(Part part);

[[nodiscard]] Tally tally_all(const Log& log);
/// In alphabetical order.
[[nodiscard]] std::vector<Tally> tally_by_area(const Log& log);
/// From what binds most to what binds least.
[[nodiscard]] std::vector<Tally> tally_by_level(const Log& log);

/// Less binds more: must, descr, should, hardening, cli, may, vendor; an unknown level comes last.
[[nodiscard]] int level_rank(std::string_view level);

/// Cases in the order people want to read them: by outcome, red first; then what binds most; then by the plan.
[[nodiscard]] std::vector<const CaseRun*> reading_order(const Log& log);
/// The slowest cases, slowest first, at most `most`.
[[nodiscard]] std::vector<const CaseRun*> slowest(const Log& log, std::size_t most);

}  // namespace reports
