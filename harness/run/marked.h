#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace runproof {

/// What of a process could name the run that it belongs to: its command line (container ids, bundles, state
/// directories), working directory, cgroups and, where it has a mount namespace of its own, mounts, as one text.
[[nodiscard]] std::string marks_of(pid_t pid);
/// Processes anywhere on this machine, but for ourselves and our ancestors, with `prefix` among their marks: for a run
/// that nobody can ask any more.
[[nodiscard]] std::vector<pid_t> marked_processes(std::string_view prefix);

}  // namespace runproof
