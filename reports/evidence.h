#pragma once

#include <string>
#include <vector>

#include "reports/log.h"

/// The evidence of a case as short texts, the same in each report.
namespace reports {

/// "exit 1", "signal 9", "timed out", "not ended".
[[nodiscard]] std::string ending(const Command& command);

/// True where the message tells what the failures do not: why a case was skipped, timed out or is broken.
[[nodiscard]] bool message_adds(const Result& result);

/// The failure's text without what `expected` and `actual` repeat of it.
[[nodiscard]] std::string finding(const Failure& failure);

/// The command that says most about a red case: the last that failed, was killed or wrote to stderr, else the last.
/// Null when none ran.
[[nodiscard]] const Command* telling_command(const Result& result);

/// The command of `other`, an attempt at the same case, in the place of the telling one of `result`. Null when there is
/// none.
[[nodiscard]] const Command* counterpart(const Result& result, const Result& other);

/// "replace /process/args: [\"/probe\",\"wait\"]".
[[nodiscard]] std::string config_step(const base::Json& operation);

/// The log's own sentence where it has one, else its members: "pid 4711 probe, S (sleeping), in do_sys_poll, 1 thread:
/// /probe daemon".
[[nodiscard]] std::string survivor_line(const Survivor& survivor);

/// The attempts in one line where there were several: "1 failed (2), 2 passed (1 3)"; else empty.
[[nodiscard]] std::string attempts_line(const CaseRun& run);

/// One attempt for each outcome that was seen, in order: both evidences of a flaky case, however often it ran.
[[nodiscard]] std::vector<const Result*> telling_attempts(const CaseRun& run);

/// Everything that was recorded, as plain text: for a field that a tool shows as it is.
[[nodiscard]] std::string evidence_text(const CaseRun& run);

}  // namespace reports
