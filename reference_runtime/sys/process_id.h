#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/unique_fd.h"

namespace refrun {

/// A process that cannot be mistaken for a later one with the same number: its pid with its start time, field 22 of
/// /proc/PID/stat (clock ticks since boot).
struct ProcessId {
  pid_t pid = 0;  // 0: none
  std::uint64_t start_time = 0;
};

/// The start time of a process that exists, zombie or not; nullopt when there is none.
[[nodiscard]] std::optional<std::uint64_t> start_time_of(pid_t pid);
[[nodiscard]] ProcessId identify(pid_t pid);

/// A pidfd of exactly this process, while it has not ended. nullopt once it has: gone, a zombie, or its pid in other
/// hands. A process whose first thread has died while others run has not ended.
[[nodiscard]] std::optional<base::UniqueFd> open_if_running(const ProcessId& process);

/// "4711 (sleep, state D)": for messages about processes that ought to be gone.
[[nodiscard]] std::string describe_process(pid_t pid);

}  // namespace refrun
