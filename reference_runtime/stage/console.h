#pragma once

#include <string>

#include "base/unique_fd.h"

namespace refrun {

/// Connects to --console-socket, where init will send its terminal's master. Throws base::SysError.
[[nodiscard]] base::UniqueFd connect_console(const std::string& path);

}  // namespace refrun
