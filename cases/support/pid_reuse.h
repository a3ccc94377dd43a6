#pragma once

#include "harness/observe/death.h"
#include "harness/runtime/adapter.h"
#include "harness/spawn/command.h"

namespace runproof {

/// Runs a program of the host under the number of a process that has died: /proc/sys/kernel/ns_last_pid (proc(5)) says
/// which number comes next. Others may be faster, and within one clock tick the two could not be told apart, so it
/// tries again, for a while. Throws Broken where it cannot be had.
[[nodiscard]] Running spawn_with_pid_of(const Mortal& dead, const Argv& argv);

}  // namespace runproof
