#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

// What refrun tells librefrun, over a socket (SOCK_SEQPACKET): one message for each thing. An exit status would be lost
// where the caller reaps whatever child it has.

namespace refrun {

enum class ReportKind : char {
  init = 'i',     // with init's pidfd: it lives from now on
  warning = 'w',  // with a text
  error = 'e',    // with a text: the operation failed
  done = 'd',     // the operation succeeded
};

struct Report {
  ReportKind kind{};
  std::string text;
  base::UniqueFd fd;
};

/// Sends one message; quietly not, when nobody listens any more.
void send_report(int socket, ReportKind kind, std::string_view text = {}, int fd = -1) noexcept;
/// The next message; nullopt when there is none now, or none to come.
[[nodiscard]] std::optional<Report> receive_report(int socket);

}  // namespace refrun
