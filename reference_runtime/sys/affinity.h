#pragma once

#include <sys/types.h>

#include <vector>

namespace refrun {

/// sched_setaffinity(2) to exactly these CPUs; `pid` 0 is the caller. Throws base::SysError.
void set_cpu_affinity(pid_t pid, const std::vector<unsigned>& cpus);

}  // namespace refrun
