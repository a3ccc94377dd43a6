#pragma once

#include <sys/types.h>

#include "base/unique_fd.h"

namespace runproof {

/// A pidfd of `pid`; not valid where there is no such process or the kernel has no pidfds (before 5.3). Throws SysError
/// otherwise.
[[nodiscard]] base::UniqueFd pidfd_or_none(pid_t pid);

}  // namespace runproof
