#pragma once

#include "base/unique_fd.h"
#include "reference_runtime/config/seccomp_config.h"
#include "reference_runtime/plan/init_plan.h"
#include "reference_runtime/state/status.h"

namespace refrun {

// config-linux.md#seccomp: with SCMP_ACT_NOTIFY the filter's listener goes to whoever listens at listenerPath.

/// Whether this plan's filter has a listener.
[[nodiscard]] bool hands_over_listener(const InitPlan& plan);

/// Whether this config asks for one.
[[nodiscard]] bool notifies(const Seccomp& seccomp);

/// Throws std::runtime_error where no socket is at listenerPath: `create` fails already.
void check_agent(const Seccomp& seccomp);
/// A connection to listenerPath, for one listener. Throws base::SysError.
[[nodiscard]] base::UniqueFd connect_agent(const Seccomp& seccomp);

/// Whose filter it is.
struct FilteredProcess {
  const Record& record;
  Status status = Status::created;
  pid_t pid = 0;  // on the host
};

/// config-linux.md#containerprocessstate, and with its first byte the descriptor; the connection ends with it. Throws
/// base::SysError.
void hand_over_listener(base::UniqueFd& agent, const base::UniqueFd& listener, const Seccomp& seccomp,
                        const FilteredProcess& process);

}  // namespace refrun
