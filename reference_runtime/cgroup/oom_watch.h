#pragma once

#include "base/unique_fd.h"
#include "reference_runtime/cgroup/place.h"

namespace refrun {

/// Tells when the kernel has killed for want of memory in a cgroup: by cgroup.event_control on v1, by the notification
/// of memory.events on v2 (cgroups(7)).
class OomWatch {
 public:
  /// Throws base::SysError. Where there is no memory controller it never tells anything.
  explicit OomWatch(const CgroupPlace& place);

  /// To be polled for `events()`; -1 where there is nothing to wait for.
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] short events() const;
  /// How many there were since the last call, once fd() is ready. The removal of the cgroup is none.
  [[nodiscard]] unsigned long long take();

 private:
  CgroupPlace place_;
  base::UniqueFd fd_;       // v1: an eventfd; v2: memory.events
  base::UniqueFd control_;  // v1: memory.oom_control, open as long as it is watched
  bool legacy_ = false;
  unsigned long long seen_ = 0;
};

}  // namespace refrun
