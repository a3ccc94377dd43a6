#pragma once

#include <filesystem>

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

/// Waits until `path` exists and no writer has it half done: it was there before, or it was closed after writing, or
/// renamed to. By inotify(7) on its directory, which must exist (throws SysError otherwise). False at the deadline.
[[nodiscard]] bool await_file(const std::filesystem::path& path, base::Deadline deadline);

}  // namespace runproof
