#pragma once

#include <sys/types.h>

#include <vector>

#include "reference_runtime/config/process_config.h"

namespace refrun {

/// Raises those hard limits of `pid` that it cannot raise itself from within a user namespace; it sets the wanted pairs
/// itself, last of all. Throws base::SysError.
void raise_hard_limits(pid_t pid, const std::vector<Rlimit>& limits);

}  // namespace refrun
