#include "harness/cli/run_reporter.h"

namespace runproof {

void RunReporter::began(const PlannedRun& run, double at_ms) {
  log_.write(start_event(run.one->id, run.attempt, at_ms));
  progress_.began(run.one->id, Progress::Clock::now());
}

RunListener::Next RunReporter::ended(const PlannedRun& run, const base::Json& result) {
  const std::size_t red_before = tally_.red();
  tally_.add(result);
  const bool pass = result.value("outcome", "") == "passed" && !result.value("leak", false);
  if (rules_.short_passes && pass && !passed_.insert(run.one->id).second) {
    base::Json brief = result;
    for (const char* member : {"commands", "config_diff"}) brief.erase(member);
    log_.write(brief);
  } else {
    log_.write(result);
  }
  progress_.ended(run.one->id, result, Progress::Clock::now());
  return rules_.stop_at_red && tally_.red() > red_before ? Next::stop : Next::go_on;
}

}  // namespace runproof
