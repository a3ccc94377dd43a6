#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "harness/registry/registry.h"
#include "harness/runtime/context.h"

namespace runproof {

/// One attempt at one case.
struct PlannedRun {
  const Case* one = nullptr;
  int attempt = 1;                              ///< from 1
  std::map<std::string, std::string> env = {};  ///< added to the worker's environment, so to the runtime's
};

/// What all workers of a run have in common.
struct RunSetup {
  Context context;                  ///< without scratch, number and deadline, which each worker has of its own
  std::filesystem::path directory;  ///< the run's own, with the stage: exists
  std::size_t jobs = 1;
  int first_number = 1;  ///< workers are counted from here: two sets of cases in one run must not share numbers
  std::optional<std::chrono::milliseconds> timeout;  ///< in place of each case's limit
  bool stress = false;                               ///< beside a CPU and fork load
  std::string rerun;  ///< the command line that runs a case again and keeps its directory, but for the case's id
  /// Looks at each result before anyone else, and may change it: expectations.
  std::function<void(const Case&, base::Json& result)> overlay = {};
};

/// Takes what happens in a run, in the order in which it happens. Times are milliseconds since the run began.
class RunListener {
 public:
  virtual ~RunListener() = default;
  virtual void began(const PlannedRun& run, double at_ms) = 0;
  enum class Next { go_on, stop };
  /// `result` is a whole result event (docs/event-log.md). With `stop` nothing more begins.
  virtual Next ended(const PlannedRun& run, const base::Json& result) = 0;
  /// At every event and at least ten times a second.
  virtual void tick() {}
};

/// Runs them in this order, each in a worker process, `jobs` at a time; after each nothing of it is left on the
/// machine. Gives the signal that broke the run off, if one did. Throws SysError where the run cannot go on.
[[nodiscard]] std::optional<int> run_cases(const std::vector<PlannedRun>& runs, const RunSetup& setup,
                                           RunListener& listener);

}  // namespace runproof
