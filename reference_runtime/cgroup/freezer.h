#pragma once

#include <sys/types.h>

#include <string>

#include "base/deadline.h"
#include "reference_runtime/cgroup/place.h"

namespace refrun {

/// Stops everything in the cgroup and below, by the unified hierarchy where there is one, and waits until it stands
/// still. Throws CgroupError at the deadline.
void freeze_cgroup(const CgroupPlace& place, base::Deadline deadline);
/// Lets it go on, whichever hierarchy it was frozen in.
void thaw_cgroup(const CgroupPlace& place, base::Deadline deadline);
[[nodiscard]] bool is_cgroup_frozen(const CgroupPlace& place);

/// The v1 group that holds this process frozen; "" for none. SIGKILL does not reach who is there before it thaws.
[[nodiscard]] std::string frozen_in(pid_t pid);

/// Waits for `key value` in the unified directory's cgroup.events: "populated 0", "frozen 1". True also when the
/// directory is gone; false at the deadline. The kernel notifies by POLLPRI (cgroups(7)); a change that happened
/// between reading and polling is reported too, so no wake-up is lost.
[[nodiscard]] bool wait_event(const std::string& directory, const std::string& key, const std::string& value,
                              base::Deadline deadline);

/// Pauses inside poll(2) for what the kernel does not announce (v1): 1 ms, then twice as long each time, up to 16 ms or
/// the deadline.
class Pause {
 public:
  /// False when the deadline has passed.
  bool wait(base::Deadline deadline);

 private:
  int next_ms_ = 1;
};

}  // namespace refrun
