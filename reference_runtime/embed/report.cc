#include "reference_runtime/embed/report.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

namespace refrun {
namespace {

constexpr std::size_t kMostText = std::size_t{64} << 10;

/// Room for one descriptor's control message.
union Control {
  cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int))];
};

}  // namespace

void send_report(int socket, ReportKind kind, std::string_view text, int fd) noexcept {
  Control control{};
  iovec parts[2] = {{&kind, sizeof kind}, {const_cast<char*>(text.data()), std::min(text.size(), kMostText)}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  if (fd >= 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
  }
  while (::sendmsg(socket, &message, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
}

std::optional<Report> receive_report(int socket) {
  Report report;
  Control control{};
  std::vector<char> text(kMostText);
  iovec parts[2] = {{&report.kind, sizeof report.kind}, {text.data(), text.size()}};
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  ssize_t got = -1;
  do {
    got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return std::nullopt;
  report.text.assign(text.data(), static_cast<std::size_t>(got) - sizeof report.kind);
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
    report.fd.reset(fd);
  }
  return report;
}

}  // namespace refrun
