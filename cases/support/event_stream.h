#pragma once

#include <string>

#include "base/deadline.h"
#include "base/json.h"
#include "base/unique_fd.h"
#include "harness/runtime/container.h"
#include "harness/spawn/command.h"

namespace runproof {

/// The runtime's `events`, beside us, and what it prints: one JSON object a line. It ends with this.
class EventStream {
 public:
  /// `interval` as the command line has it: "100ms".
  EventStream(Container& box, const std::string& interval);

  /// The next event of this type ("stats", "oom"). Throws CaseFailed where none comes by the deadline.
  base::Json await(const std::string& type, base::Deadline deadline);
  /// Waits for the command's end; at the deadline ends it: `timed_out`.
  [[nodiscard]] Finished finish(base::Deadline deadline) { return command_.finish(deadline); }

 private:
  EventStream(base::FdPair pipe, Container& box, const std::string& interval);
  /// Empty at the end of the stream or at the deadline.
  std::string next_line(base::Deadline deadline);

  base::UniqueFd out_;
  Running command_;
  std::string unread_;
};

}  // namespace runproof
