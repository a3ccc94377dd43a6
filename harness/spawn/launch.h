#pragma once

#include <sys/types.h>

#include <vector>

#include "harness/spawn/command.h"
#include "harness/spawn/reaper.h"

namespace runproof {

/// A child that runs, kept from the reaper until its owner has collected it.
struct Launched {
  pid_t pid = 0;
  Reaper::Hold hold;
};

/// Starts the command's program by a vfork-like clone and execve(2), and holds it from the reaper. `fds` are all the
/// descriptors it gets, each `theirs` once. Throws SysError naming the step that failed, when nothing is left running;
/// std::invalid_argument for a command that makes no sense.
[[nodiscard]] Launched launch(const Command& command, const std::vector<PassedFd>& fds);

}  // namespace runproof
