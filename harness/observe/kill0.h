#pragma once

#include "harness/observe/death.h"

namespace runproof {

/// Waits for a death without pidfds, as kernels before 5.3 must: kill(pid, 0) answers "no such process" only after the
/// reaping, and answers for another process once the number is reused; so state and start time are read as well.
/// nullopt at the deadline.
[[nodiscard]] std::optional<Death> await_by_kill0(const Mortal& mortal, base::Deadline deadline);

}  // namespace runproof
