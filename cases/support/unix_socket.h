#pragma once

#include <filesystem>

#include "base/unique_fd.h"

namespace runproof {

/// A socket of AF_UNIX that listens at `path`, which is made. `type`: SOCK_STREAM or SOCK_SEQPACKET. Throws SysError.
[[nodiscard]] base::UniqueFd listening_socket(const std::filesystem::path& path, int type);

}  // namespace runproof
