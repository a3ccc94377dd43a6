#pragma once

#include <poll.h>

#include <span>

#include "base/deadline.h"

namespace runproof {

/// poll(2) under a deadline, with the reaper at work: while this waits, children that end are reaped (see reaper.h).
/// Every wait of the harness for a descriptor goes through here. True when at least one `revents` is set, false at the
/// deadline. Throws SysError. Any thread.
[[nodiscard]] bool poll_until(std::span<pollfd> fds, base::Deadline deadline);
/// The same for one descriptor: true when `events` (or an error condition) came up.
[[nodiscard]] bool poll_until(int fd, short events, base::Deadline deadline);

/// For a process with signal handlers that want to run soon (Python): called in each thread that waits, at once when a
/// signal breaks into the wait and now and then besides; what it throws ends the wait. Set it before the first wait.
void set_interruption_check(void (*check)());

enum class Woken { ready, child, deadline };
/// As poll_until, but also comes back when a child has ended (once the reaper is enabled): for waits on what that may
/// change.
[[nodiscard]] Woken poll_once(std::span<pollfd> fds, base::Deadline deadline);

}  // namespace runproof
