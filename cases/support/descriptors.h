#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace runproof {

/// Descriptors of a process that are open directories, "7 -> /sys/fs/cgroup" each: through one of them a program gets
/// out of its root. Throws CaseFailed where the process has gone.
[[nodiscard]] std::vector<std::string> open_directories(pid_t pid);

/// Why somebody inside could overwrite the program that `pid` runs, through /proc/PID/exe: it is a file with a name, on
/// a mount that is not read-only. Empty where it is a sealed or unlinked copy, or the mount forbids writing.
[[nodiscard]] std::string why_exe_is_writable(pid_t pid);

}  // namespace runproof
