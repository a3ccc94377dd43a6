#pragma once

#include <set>
#include <string>

#include "harness/cli/progress.h"
#include "harness/run/event_log.h"
#include "harness/run/log_frame.h"
#include "harness/run/run_cases.h"

namespace runproof {

/// Writes what happens in a run to its log and shows it; says when to stop.
class RunReporter final : public RunListener {
 public:
  struct Rules {
    bool stop_at_red = false;
    bool short_passes = false;  ///< a case's passes after its first are logged without commands: for many repetitions
  };

  RunReporter(EventLog& log, Progress& progress, Rules rules) : log_(log), progress_(progress), rules_(rules) {}

  void began(const PlannedRun& run, double at_ms) override;
  Next ended(const PlannedRun& run, const base::Json& result) override;
  void tick() override { progress_.tick(Progress::Clock::now()); }

  [[nodiscard]] const Tally& tally() const { return tally_; }

 private:
  EventLog& log_;
  Progress& progress_;
  Rules rules_;
  Tally tally_;
  std::set<std::string> passed_;
};

}  // namespace runproof
