#pragma once

#include "base/deadline.h"
#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/state/store.h"

namespace refrun {

enum class KillTarget {
  init,         // the container process, as runtime.md#kill says; KILL takes all with it
  all_members,  // `kill --all`: every process of the container
};

/// runtime.md#kill. SIGKILL is synchronous: it returns when every process of the container is gone, or throws and says
/// which is not. Throws WrongStatus for a container that is neither created nor running nor paused; only members that
/// have outlived their init may still be killed.
void kill_container(const ContainerDir& dir, int signal, KillTarget target);

/// Kills everything in the cgroup and waits until it is gone. Throws std::runtime_error naming the survivors.
void end_members(Cgroup& cgroup, base::Deadline deadline);

}  // namespace refrun
