#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "harness/runtime/evidence.h"
#include "harness/spawn/command.h"

namespace runproof {

/// What a verb of the runtime came to: how its process ended, what it logged, and where it failed, what it left behind.
struct Answer : Finished {
  std::string log;                    ///< what it wrote to --log
  std::vector<Leftover> left_behind;  ///< only where it failed: what is there now and was not before

  /// Failed as a command should: non-zero exit, not by a signal, in time, with a message on stderr or in the log.
  [[nodiscard]] bool refused() const;
};
/// The command line, how it ended, stderr and log: what GoogleTest prints.
std::ostream& operator<<(std::ostream& stream, const Answer& answer);

}  // namespace runproof
