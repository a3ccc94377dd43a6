#pragma once

#include <sys/types.h>

namespace refrun {

// What a careless runtime would do to be sure: only the sabotage build calls these.

/// SIGKILL for every process of `pid`'s session.
void kill_session(pid_t pid);
/// SIGKILL for every process of `pid`'s PID namespace, unless that is our own.
void kill_pid_namespace(pid_t pid);

}  // namespace refrun
