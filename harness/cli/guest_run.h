#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "harness/cli/environment.h"
#include "harness/cli/run_options.h"
#include "harness/lane/lane.h"
#include "harness/run/event_log.h"
#include "harness/run/run_cases.h"

namespace runproof {

/// A run whose cases take place in a guest.
struct GuestRun {
  Lane lane = Lane::v2;
  const RunOptions& options;
  const Context& context;
  const Environment& environment;
};

/// Boots the guest, runs these cases in it by this same program, and hands on what happens there as `run_cases` does:
/// the guest's header goes to `log`, everything else to `listener`. A guest that dies or falls silent gives a *broken*
/// result, with its console's last lines, for each case that it had not reported. Returns the signal that broke the run
/// off, if one did. Throws UsageError where this host cannot offer the lane.
[[nodiscard]] std::optional<int> run_cases_in_guest(const GuestRun& run, const std::vector<PlannedRun>& runs,
                                                    EventLog& log, RunListener& listener);

/// The longest that one of these may take on this host: `timeout_s` where that is not 0.
[[nodiscard]] std::chrono::milliseconds longest_limit(const std::vector<PlannedRun>& runs, double timeout_s);

}  // namespace runproof
