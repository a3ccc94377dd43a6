#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/cli/environment.h"
#include "harness/run/held_signals.h"
#include "harness/run/run_cases.h"
#include "harness/run/run_id.h"

namespace runproof {

/// Every directory in which runs may have made theirs: for sweeps.
[[nodiscard]] std::vector<std::filesystem::path> scratch_bases(const Environment& environment);

/// What `run` and `sabotage` set up before the first worker begins, and take down after the last. First sweeps what
/// killed runs have left. With its end the run's directory goes, unless it is to be kept.
/// A signal that would end this process waits for the run to take it, or for the end of this.
class RunSession {
 public:
  /// `context`: runtime, profile, wait and keep are set; the rest is filled in. Throws SysError.
  RunSession(Context context, const Environment& environment);
  RunSession(const RunSession&) = delete;
  RunSession& operator=(const RunSession&) = delete;
  ~RunSession();

  /// With context, directory and as many jobs as there are CPUs.
  [[nodiscard]] RunSetup setup() const;
  [[nodiscard]] const std::filesystem::path& directory() const { return context_.stage; }

 private:
  HeldSignals held_;  ///< from before there is anything to clean up until after it is
  RunId run_ = this_run();
  Context context_;
};

}  // namespace runproof
