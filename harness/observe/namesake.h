#pragma once

#include <sys/types.h>

#include "base/deadline.h"
#include "harness/observe/death.h"
#include "harness/spawn/reaper.h"

namespace runproof {

/// A child of this process, asleep, under the pid that a dead process had: clone3(2)'s set_tid, which leaves the
/// kernel's counter alone. (A counter turned back by /proc/sys/kernel/ns_last_pid gives the pids of everybody's latest
/// processes to new ones, within the clock tick by which runtimes tell them apart.) Killed and reaped when it goes.
class Namesake {
 public:
  /// Its start time is another one than the dead process's: waits for the next clock tick. Needs CAP_SYS_ADMIN or
  /// CAP_CHECKPOINT_RESTORE, and Linux 5.5. Throws SysError: EEXIST where the pid is not free until the deadline.
  Namesake(const Mortal& dead, base::Deadline deadline);
  Namesake(const Namesake&) = delete;
  Namesake& operator=(const Namesake&) = delete;
  ~Namesake() { end(); }

  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  bool begin(pid_t pid);
  void end() noexcept;

  pid_t pid_ = 0;
  Reaper::Hold hold_;
};

}  // namespace runproof
