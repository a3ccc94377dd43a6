#pragma once

#include <sys/types.h>

#include <optional>

#include "base/deadline.h"
#include "base/unique_fd.h"

namespace base {

/// pidfd_open(2), Linux 5.3. nullopt when no process has this number (a thread may); throws SysError on anything else.
[[nodiscard]] std::optional<UniqueFd> open_pidfd(pid_t pid);
/// pidfd_send_signal(2), Linux 5.1. False when the process is gone (ESRCH); a zombie takes the signal and answers true.
bool send_signal(const UniqueFd& pidfd, int signal);
/// Waits until the process has ended (the pidfd polls readable: at the latest when it is a zombie). False at the
/// deadline. A dead thread-group leader whose threads live on does not make it readable.
[[nodiscard]] bool wait_ended(const UniqueFd& pidfd, Deadline deadline);

}  // namespace base
