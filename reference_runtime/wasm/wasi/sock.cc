#include <fcntl.h>
#include <sys/socket.h>

#include "reference_runtime/wasm/wasi/functions.h"

namespace refrun::wasm::wasi {

Errno sock_accept(World& world, Guest guest, Fd fd, std::uint32_t flags, Ptr accepted) {
  const Descriptor& listener = world.at(fd, kSockAccept);
  guest.write<std::uint32_t>(accepted, 0);
  const int host =
      accept4(listener.fd.get(), nullptr, nullptr, SOCK_CLOEXEC | ((flags & kNonblock) != 0 ? SOCK_NONBLOCK : 0));
  if (host < 0) return last_errno();
  guest.write(accepted, world.add(base::UniqueFd(host)));
  return Errno::success;
}

Errno sock_recv(World& world, Guest guest, Fd fd, Ptr iovs, Size count, std::uint32_t flags, Ptr nread, Ptr out_flags) {
  const int host = world.fd(fd, kFdRead);
  auto buffers = guest.buffers(iovs, count);
  if ((flags & ~static_cast<std::uint32_t>(kPeek | kWaitall)) != 0) return Errno::inval;
  msghdr message{};
  message.msg_iov = buffers.data();
  message.msg_iovlen = buffers.size();
  const int host_flags =
      ((flags & kPeek) != 0 ? MSG_PEEK : 0) | ((flags & kWaitall) != 0 ? MSG_WAITALL : 0) | MSG_CMSG_CLOEXEC;
  const ssize_t got = recvmsg(host, &message, host_flags);
  if (got < 0) return last_errno();
  guest.write(nread, static_cast<std::uint32_t>(got));
  guest.write(out_flags, static_cast<std::uint16_t>((message.msg_flags & MSG_TRUNC) != 0 ? kTruncated : 0));
  return Errno::success;
}

Errno sock_send(World& world, Guest guest, Fd fd, Ptr iovs, Size count, std::uint32_t flags, Ptr nwritten) {
  const int host = world.fd(fd, kFdWrite);
  auto buffers = guest.buffers(iovs, count);
  if (flags != 0) return Errno::inval;
  msghdr message{};
  message.msg_iov = buffers.data();
  message.msg_iovlen = buffers.size();
  const ssize_t sent = sendmsg(host, &message, MSG_NOSIGNAL);
  if (sent < 0) return last_errno();
  guest.write(nwritten, static_cast<std::uint32_t>(sent));
  return Errno::success;
}

Errno sock_shutdown(World& world, Guest /*guest*/, Fd fd, std::uint32_t how) {
  const int host = world.fd(fd, kSockShutdown);
  int host_how = SHUT_RDWR;
  switch (how) {
    case kShutRead:
      host_how = SHUT_RD;
      break;
    case kShutWrite:
      host_how = SHUT_WR;
      break;
    case kShutRead | kShutWrite:
      break;
    default:
      return Errno::inval;
  }
  return shutdown(host, host_how) == 0 ? Errno::success : last_errno();
}

}  // namespace refrun::wasm::wasi
