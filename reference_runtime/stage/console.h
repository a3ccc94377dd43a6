#pragma once

#include <string>

#include "base/unique_fd.h"

namespace refrun {

/// Connects to a stream socket, however long its path is; `what` is for messages: "the console socket". Throws
/// base::SysError.
[[nodiscard]] base::UniqueFd connect_socket(const std::string& path, const char* what);

}  // namespace refrun
