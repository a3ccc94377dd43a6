#include "base/pidfd.h"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/sys_error.h"

namespace base {

// Called by number: glibc 2.36's <sys/pidfd.h> lacks extern "C", and <linux/pidfd.h> clashes with <fcntl.h>.
std::optional<UniqueFd> open_pidfd(pid_t pid) {
  UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (fd.valid()) return fd;
  // A number without a process may still name a session, a process group or a thread: EINVAL, ENOENT since Linux 6.15.
  const bool no_process = errno == ESRCH || (pid > 0 && (errno == EINVAL || errno == ENOENT));
  if (no_process) return std::nullopt;
  throw SysError("pidfd_open " + std::to_string(pid));
}

bool send_signal(const UniqueFd& pidfd, int signal) {
  if (::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0) return true;
  if (errno == ESRCH) return false;
  throw SysError("pidfd_send_signal " + std::to_string(signal));
}

bool wait_ended(const UniqueFd& pidfd, Deadline deadline) {
  for (;;) {
    pollfd entry{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
    const int ready = ::poll(&entry, 1, deadline.poll_timeout());
    if (ready > 0) return true;
    if (ready == 0 && deadline.passed()) return false;
    if (ready < 0 && errno != EINTR) throw SysError("poll pidfd");
  }
}

}  // namespace base
