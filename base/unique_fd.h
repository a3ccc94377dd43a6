#pragma once

#include <utility>

namespace base {

/// Owns one file descriptor; closes it when it goes. Move-only. -1 is "none".
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) noexcept : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  ~UniqueFd() { reset(); }

  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool valid() const noexcept { return fd_ >= 0; }
  /// Gives the descriptor away: the caller closes it.
  [[nodiscard]] int release() noexcept { return std::exchange(fd_, -1); }
  /// Closes what is held and takes `fd`. errno is kept. Async-signal-safe.
  void reset(int fd = -1) noexcept;

 private:
  int fd_ = -1;
};

/// Both ends of something: a pipe (`first` reads, `second` writes) or a socket pair.
struct FdPair {
  UniqueFd first;
  UniqueFd second;
};

/// pipe2(2) with O_CLOEXEC. Throws SysError.
FdPair make_pipe();
/// socketpair(2) AF_UNIX with SOCK_CLOEXEC; `type` is SOCK_STREAM, SOCK_SEQPACKET or SOCK_DGRAM. Throws SysError.
FdPair make_socket_pair(int type);
/// fcntl(2) F_DUPFD_CLOEXEC. Throws SysError.
UniqueFd duplicate(int fd);

}  // namespace base
