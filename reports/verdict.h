#pragma once

#include <string>

#include "reports/log.h"

namespace reports {

/// What a run comes to, in words that every report uses.
struct Verdict {
  enum class Kind { as_expected, red, broken, interrupted };
  Kind kind = Kind::as_expected;
  /// "5 of 74 cases are red".
  std::string headline;
  /// One or two sentences: what that means, and what was not looked at.
  std::string detail;
};

[[nodiscard]] Verdict judge(const Log& log);

/// "3 failed, 1 timeout, 60 passed, 2 leaks": by case, in reading order.
[[nodiscard]] std::string count_line(const Log& log);

/// "runproof 0.1.0, runtime-spec 1.3.0, profile spec, lane host, kernel 6.18.0, cgroup hybrid".
[[nodiscard]] std::string setting_line(const Header& header);

/// Where the clause stands in the spec of that version ("runtime.md#kill"); empty for a clause outside of it.
[[nodiscard]] std::string clause_url(const Header& header, const std::string& clause);

}  // namespace reports
