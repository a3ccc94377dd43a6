#include "harness/spawn/pidfd_or_none.h"

#include <cerrno>

#include "base/pidfd.h"
#include "base/sys_error.h"

namespace runproof {

base::UniqueFd pidfd_or_none(pid_t pid) {
  try {
    auto fd = base::open_pidfd(pid);
    return fd ? std::move(*fd) : base::UniqueFd();
  } catch (const base::SysError& error) {
    if (error.error() != ENOSYS) throw;
    return {};
  }
}

}  // namespace runproof
