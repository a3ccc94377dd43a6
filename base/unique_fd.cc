#include "base/unique_fd.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "base/sys_error.h"

namespace base {

void UniqueFd::reset(int fd) noexcept {
  if (fd_ >= 0) {
    const int saved = errno;
    ::close(fd_);  // Linux frees the descriptor even on EINTR (close(2)), so the result changes nothing
    errno = saved;
  }
  fd_ = fd;
}

FdPair make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw SysError("pipe2");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

FdPair make_socket_pair(int type) {
  int ends[2];
  if (::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) != 0) throw SysError("socketpair");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

UniqueFd duplicate(int fd) {
  UniqueFd copy(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
  if (!copy.valid()) throw SysError("fcntl F_DUPFD_CLOEXEC");
  return copy;
}

}  // namespace base
