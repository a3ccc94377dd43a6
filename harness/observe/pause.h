#pragma once

#include <chrono>

#include "base/deadline.h"

namespace runproof {

/// Growing pauses, 50 µs to 10 ms, between looks at a fact of which the kernel tells no event: kill(pid, 0), cgroup
/// v1 and a process's state. They are the only pauses in this tree. A child's death cuts one short, and is reaped.
class Pause {
 public:
  /// False, without a pause, once the deadline has passed.
  bool next(base::Deadline deadline);

 private:
  std::chrono::microseconds span_{50};
};

}  // namespace runproof
