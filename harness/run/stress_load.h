#pragma once

#include <sys/types.h>

namespace runproof {

/// CPU and fork load beside a run (--stress): as many processes that spin as there are CPUs, and two that fork without
/// end. All in one process group, which ends with this guard or with this process. Needs a process with one thread.
class StressLoad {
 public:
  /// Throws SysError.
  explicit StressLoad(int cpus);
  StressLoad(const StressLoad&) = delete;
  StressLoad& operator=(const StressLoad&) = delete;
  ~StressLoad();

  /// The process that the others are children of.
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
};

}  // namespace runproof
