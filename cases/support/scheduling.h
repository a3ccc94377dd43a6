#pragma once

#include <sys/types.h>

#include "base/json.h"

namespace runproof {

/// What sched_getattr(2) says of a process, as the probe's `scheduler` does: {policy, flags, nice, priority, runtime,
/// deadline, period}, numbers. Null where there is no such process.
[[nodiscard]] base::Json scheduler_of(pid_t pid);
/// What ioprio_get(2) says of it, as the probe's `io_priority` does: {class, level}.
[[nodiscard]] base::Json io_priority_of(pid_t pid);

/// The members of `said` that `wanted` has, too: to compare them alone.
[[nodiscard]] base::Json only(const base::Json& said, const base::Json& wanted);

}  // namespace runproof
