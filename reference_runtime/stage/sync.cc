#include "reference_runtime/stage/sync.h"

#include <sys/socket.h>

#include <cerrno>

namespace refrun {

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

}  // namespace refrun
