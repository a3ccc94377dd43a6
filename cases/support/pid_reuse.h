#pragma once

#include <sys/types.h>

#include "harness/runtime/adapter.h"
#include "harness/spawn/command.h"

namespace runproof {

/// Runs a program of the host under this very number, which nobody may have: /proc/sys/kernel/ns_last_pid (proc(5))
/// says which number comes next. Others may be faster, so it tries again, for a while. Throws Broken where it cannot be
/// had.
[[nodiscard]] Running spawn_with_pid(pid_t wanted, const Argv& argv);

}  // namespace runproof
