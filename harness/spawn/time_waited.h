#pragma once

#include <chrono>

namespace runproof {

/// How long this process has been in poll_until() (poll.h) so far: waiting for programs, files and deadlines, but not
/// for the commands that it runs, as run() has a wait of its own. Any thread.
[[nodiscard]] std::chrono::nanoseconds time_waited();

}  // namespace runproof
