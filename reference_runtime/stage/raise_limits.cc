#include "reference_runtime/stage/raise_limits.h"

#include <sys/resource.h>

#include "base/sys_error.h"

namespace refrun {

void raise_hard_limits(pid_t pid, const std::vector<Rlimit>& limits) {
  for (const Rlimit& limit : limits) {
    rlimit64 now{};
    const auto resource = static_cast<__rlimit_resource>(limit.resource);
    if (::prlimit64(pid, resource, nullptr, &now) != 0 || now.rlim_max >= limit.hard) continue;
    now.rlim_max = limit.hard;
    if (::prlimit64(pid, resource, &now, nullptr) != 0) throw base::SysError("raise a resource limit");
  }
}

}  // namespace refrun
