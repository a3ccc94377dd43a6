#pragma once

#include <string>
#include <string_view>
#include <system_error>

namespace base {

/// A failed system call: what was done, to what, and errno as it was at construction.
class SysError : public std::system_error {
 public:
  explicit SysError(std::string_view doing);
  SysError(std::string_view doing, int error);
  [[nodiscard]] int error() const noexcept { return code().value(); }
};

/// The symbolic name of an errno value ("ENOENT"), or "errno N" for an unknown one.
[[nodiscard]] std::string errno_name(int error);

}  // namespace base
