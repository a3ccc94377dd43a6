#include "harness/observe/namesake.h"

#include <linux/sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/sys_error.h"
#include "harness/observe/pause.h"
#include "harness/observe/process.h"

namespace runproof {

Namesake::Namesake(const Mortal& dead, base::Deadline deadline) {
  Pause pause;
  do {
    Reaper::instance().reap_now();  // a zombie would hold the number
    if (!begin(dead.pid())) continue;
    const auto stat = proc_stat(pid_);
    if (stat && stat->start_time != dead.start_time()) return;
    end();
  } while (pause.next(deadline));
  throw base::SysError("take the number " + std::to_string(dead.pid()), EEXIST);
}

/// False while the number is taken.
bool Namesake::begin(pid_t pid) {
  clone_args args = {};
  args.exit_signal = SIGCHLD;
  args.set_tid = reinterpret_cast<std::uintptr_t>(&pid);
  args.set_tid_size = 1;
  try {
    hold_ = Reaper::instance().hold_new([&] {
      const auto child = static_cast<pid_t>(::syscall(SYS_clone3, &args, sizeof args));
      if (child < 0) throw base::SysError("clone3 with set_tid");
      if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) ::pause();
      }
      return child;
    });
  } catch (const base::SysError& error) {
    if (error.error() == EEXIST) return false;
    throw;
  }
  pid_ = pid;
  return true;
}

void Namesake::end() noexcept {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, __WALL) < 0 && errno == EINTR) {
  }
  hold_.drop();
  pid_ = 0;
}

}  // namespace runproof
