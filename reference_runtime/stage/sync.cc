#include "reference_runtime/stage/sync.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "reference_runtime/stage/fd_control.h"

namespace refrun {
namespace {

msghdr envelope(iovec& content, FdControl& control) noexcept {
  msghdr message{};
  message.msg_iov = &content;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  return message;
}

}  // namespace

bool send_sync(int socket, const SyncMessage& message) noexcept {
  ssize_t sent = -1;
  do {
    sent = ::send(socket, &message, sizeof message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(sizeof message);
}

bool receive_sync(int socket, SyncMessage& message) noexcept {
  ssize_t got = -1;
  do {
    got = ::recv(socket, &message, sizeof message, 0);
  } while (got < 0 && errno == EINTR);
  return got == static_cast<ssize_t>(sizeof message);
}

bool send_sync_with(int socket, const SyncMessage& message, int fd) noexcept {
  FdControl control{};
  iovec content{const_cast<SyncMessage*>(&message), sizeof message};
  const msghdr packet = envelope(content, control);
  control.header.cmsg_level = SOL_SOCKET;
  control.header.cmsg_type = SCM_RIGHTS;
  control.header.cmsg_len = CMSG_LEN(sizeof fd);
  std::memcpy(CMSG_DATA(&control.header), &fd, sizeof fd);
  ssize_t sent = -1;
  do {
    sent = ::sendmsg(socket, &packet, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(sizeof message);
}

bool receive_sync_with(int socket, SyncMessage& message, base::UniqueFd& fd) noexcept {
  FdControl control{};
  iovec content{&message, sizeof message};
  msghdr packet = envelope(content, control);
  ssize_t got = -1;
  do {
    got = ::recvmsg(socket, &packet, MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  fd.reset();
  const cmsghdr* header = CMSG_FIRSTHDR(&packet);
  if (got > 0 && header != nullptr && header->cmsg_type == SCM_RIGHTS) {
    int received = -1;
    std::memcpy(&received, CMSG_DATA(header), sizeof received);
    fd.reset(received);
  }
  return got == static_cast<ssize_t>(sizeof message);
}

}  // namespace refrun
