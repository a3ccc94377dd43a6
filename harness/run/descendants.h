#pragma once

#include <sys/types.h>

#include <set>
#include <vector>

namespace runproof {

/// Children of `pid`, zombies included: from /proc/PID/task/*/children (CONFIG_PROC_CHILDREN), or by a scan of /proc
/// where the kernel lacks that. Those of another process may be incomplete while they come and go.
[[nodiscard]] std::vector<pid_t> quick_children_of(pid_t pid);
/// All processes below `pid` that are not in or below `spared`; parents before their children.
[[nodiscard]] std::vector<pid_t> descendants_of(pid_t pid, const std::set<pid_t>& spared = {});

}  // namespace runproof
