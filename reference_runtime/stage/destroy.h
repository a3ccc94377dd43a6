#pragma once

#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/config/config.h"
#include "reference_runtime/stage/create.h"
#include "reference_runtime/state/store.h"

namespace refrun {

/// How long an operation waits for processes to die or for another refrun to finish, before it says who is in the way.
inline constexpr std::chrono::seconds kPatience{10};

/// Undoes `create` (runtime.md#lifecycle, step 12): ends every process of the container, removes cgroups, mounts and
/// state. Works for whatever a killed refrun has left. Throws when something will not go.
void destroy(ContainerDir& dir, const std::optional<Record>& record);

/// runtime.md#delete: destroys what is stopped, then runs the poststop hooks. Throws WrongStatus otherwise.
void delete_container(ContainerDir dir, std::vector<std::string>& warnings);
/// Kills first what is not stopped.
void delete_container_by_force(ContainerDir dir, std::vector<std::string>& warnings);

/// The same for one of our own making, unless somebody else has deleted it while it ran.
void delete_ended(Created& created, std::vector<std::string>& warnings);

/// What a failed `run` leaves, if its start has not removed it already.
void remove_leftovers(Created& created);

// For undoing; failures become warnings.
void end_init(const base::UniqueFd& pidfd, pid_t pid);
void remove_cgroup_quietly(Cgroup& cgroup, std::vector<std::string>& warnings);
void unmount_root_quietly(const Record& record, std::vector<std::string>& warnings);

}  // namespace refrun
