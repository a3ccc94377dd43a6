#pragma once

#include <optional>

#include "base/unique_fd.h"

namespace refrun {

/// Sends one descriptor with `name` as the payload by SCM_RIGHTS. 0 or minus errno; async-signal-safe.
int send_fd(int socket, int fd, const char* name) noexcept;
/// The descriptor of the next message, CLOEXEC. nullopt at end of file or when there is none in it.
[[nodiscard]] std::optional<base::UniqueFd> receive_fd(int socket);

}  // namespace refrun
