#pragma once

#include "base/unique_fd.h"
#include "reference_runtime/state/store.h"

namespace refrun {

/// The gate's file, locked (open file description lock): whoever holds the descriptor holds the gate. See
/// derive_status().
[[nodiscard]] base::UniqueFd make_gate_lock(const ContainerDir& dir);
/// The socket at which init will wait.
[[nodiscard]] base::UniqueFd listen_at_gate(const ContainerDir& dir);
/// `start`'s side: a connection to init.
[[nodiscard]] base::UniqueFd knock_at_gate(const ContainerDir& dir);

/// The bare decimal pid, atomically: who sees the file sees all of it.
void write_pid_file(const std::string& path, pid_t pid);

}  // namespace refrun
