#include "harness/host/try_in_child.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/sys_error.h"
#include "harness/spawn/reaper.h"

namespace runproof {

int try_in_child(int (*body)(const void* data) noexcept, const void* data) {
  pid_t pid = -1;
  const Reaper::Hold hold = Reaper::instance().hold_new([&] {
    pid = ::fork();
    if (pid == 0) ::_exit(body(data));
    if (pid < 0) throw base::SysError("fork");
    return pid;
  });
  int status = 0;
  while (::waitpid(pid, &status, __WALL) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace runproof
