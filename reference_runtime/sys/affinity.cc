#include "reference_runtime/sys/affinity.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "base/sys_error.h"

namespace refrun {

void set_cpu_affinity(pid_t pid, const std::vector<unsigned>& cpus) {
  constexpr unsigned kBits = 8 * sizeof(unsigned long);
  std::vector<unsigned long> mask;
  for (const unsigned cpu : cpus) {
    if (mask.size() <= cpu / kBits) mask.resize(cpu / kBits + 1);
    mask[cpu / kBits] |= 1UL << (cpu % kBits);
  }
  if (::syscall(SYS_sched_setaffinity, pid, mask.size() * sizeof(unsigned long), mask.data()) != 0) {
    throw base::SysError("set the CPU affinity");
  }
}

}  // namespace refrun
