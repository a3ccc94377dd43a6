#include "cases/support/console.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

#include "cases/support/unix_socket.h"
#include "cases/support/usual_mounts.h"
#include "harness/observe/descendants.h"
#include "harness/runtime/failure.h"

namespace runproof {

namespace {

/// Waits until a read or an accept would not block. Throws CaseFailed at the deadline, or where nobody is left who
/// could send something.
void await_readable(int fd, base::Deadline deadline) {
  if (!poll_while_any_lives(fd, POLLIN, deadline)) throw CaseFailed("no terminal came over the console socket");
}

/// The descriptor of one SCM_RIGHTS message (unix(7)); invalid where there is none.
base::UniqueFd received_fd(int connection) {
  std::array<char, 256> text{};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  iovec part{.iov_base = text.data(), .iov_len = text.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  if (::recvmsg(connection, &message, MSG_CMSG_CLOEXEC) < 0) return {};
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return {};
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return base::UniqueFd(fd);
}

}  // namespace

ConsoleSocket::ConsoleSocket(const std::filesystem::path& directory)
    : path_(directory / "console"), socket_(listening_socket(path_, SOCK_STREAM)) {}

base::UniqueFd ConsoleSocket::receive(base::Deadline deadline) {
  await_readable(socket_.get(), deadline);
  const base::UniqueFd connection(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  await_readable(connection.get(), deadline);
  base::UniqueFd master = received_fd(connection.get());
  if (!master.valid()) throw CaseFailed("a message without a descriptor came over the console socket");
  return master;
}

Config with_terminal() { return with_dev(Config::minimal({})).terminal(); }

}  // namespace runproof
