#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "base/deadline.h"
#include "harness/observe/cgroup.h"

namespace runproof {

/// Waits until nothing lives in the group or below: v2 by cgroup.events (POLLPRI, read again after each wake-up), v1 by
/// reading cgroup.procs again and again, for which there is no event. True also where the group has gone; false at the
/// deadline. Zombies count as gone on v2 and as members on v1 until they are reaped.
[[nodiscard]] bool await_unpopulated(const Cgroup& cgroup, base::Deadline deadline);
/// Waits for `frozen 1` (v2) or FROZEN (v1). False at the deadline, or where the group has gone or has no freezer.
[[nodiscard]] bool await_frozen(const Cgroup& cgroup, base::Deadline deadline);
[[nodiscard]] bool await_thawed(const Cgroup& cgroup, base::Deadline deadline);

/// Waits for a file that somebody else makes, by inotify(7) on its directory, which must exist (throws SysError
/// otherwise). A regular file counts when it was there before, was closed after writing, or was renamed to; a socket,
/// FIFO or link when it is there. With `whole`, its content must also please that: for files that may be seen half
/// written. False at the deadline.
[[nodiscard]] bool await_file(const std::filesystem::path& path, base::Deadline deadline,
                              const std::function<bool(std::string_view content)>& whole = nullptr);

}  // namespace runproof
