#pragma once

#include <sys/types.h>

#include <set>
#include <vector>

#include "base/deadline.h"

namespace runproof {

/// Children of `pid`, zombies included: from /proc/PID/task/*/children (CONFIG_PROC_CHILDREN), or by a scan of /proc
/// where the kernel lacks that. Those of another process may be incomplete while they come and go.
[[nodiscard]] std::vector<pid_t> quick_children_of(pid_t pid);
/// All processes below `pid` that are not in or below `spared`; parents before their children.
[[nodiscard]] std::vector<pid_t> descendants_of(pid_t pid, const std::set<pid_t>& spared = {});
/// Whether any process below this one lives; zombies do not.
[[nodiscard]] bool any_descendant_lives();

/// As poll_until (poll.h), for what a process below this one must bring about: false before the deadline where none
/// lives any more. A subreaper has all that the runtime started below itself; where we are none, as poll_until.
[[nodiscard]] bool poll_while_any_lives(int fd, short events, base::Deadline deadline);

}  // namespace runproof
