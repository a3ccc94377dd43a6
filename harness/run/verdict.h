#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "harness/registry/outcome.h"
#include "harness/run/worker_process.h"

namespace runproof {

/// What is known of a case when its worker has ended.
struct Seen {
  WorkerExit exit;
  bool timed_out = false;
  std::chrono::milliseconds limit{0};
  std::optional<Outcome> said;  ///< the outcome in its report; nullopt: no report, or half a one
  std::string message;          ///< of its report
  std::string output;           ///< what the worker printed; it has no business printing
  bool disk_full = false;       ///< the disk of the run's directory has no room although the case's own files are gone
};

struct Verdict {
  Outcome outcome = Outcome::broken;
  std::string message;
};

/// A late worker makes a timeout, whatever it says; one that crashed, or that does not say how its case went, is the
/// suite's own fault, and so is a case that did not pass where nobody could write a file any more. Everything else is
/// as the worker says. Pure.
[[nodiscard]] Verdict decide(const Seen& seen);

}  // namespace runproof
