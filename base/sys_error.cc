#include "base/sys_error.h"

#include <cerrno>
#include <cstring>

namespace base {

SysError::SysError(std::string_view doing) : SysError(doing, errno) {}

SysError::SysError(std::string_view doing, int error)
    : std::system_error(error, std::generic_category(), std::string(doing)) {}

std::string errno_name(int error) {
  const char* name = ::strerrorname_np(error);
  return name != nullptr ? name : "errno " + std::to_string(error);
}

}  // namespace base
