#pragma once

#include <filesystem>

#include "base/deadline.h"
#include "base/unique_fd.h"
#include "harness/bundle/config.h"

namespace runproof {

/// Where a runtime sends the master of a container's pseudo-terminal: a listening UNIX socket for --console-socket.
/// Move-only.
class ConsoleSocket {
 public:
  /// Listens at `<directory>/console`. Throws SysError.
  explicit ConsoleSocket(const std::filesystem::path& directory);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// The master that the next connection brings. Throws CaseFailed where none comes by the deadline.
  [[nodiscard]] base::UniqueFd receive(base::Deadline deadline);

 private:
  std::filesystem::path path_;
  base::UniqueFd socket_;
};

/// A configuration with a terminal, and with the /dev/pts that it takes.
[[nodiscard]] Config with_terminal();

}  // namespace runproof
