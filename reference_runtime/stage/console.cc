#include "reference_runtime/stage/console.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/file.h"
#include "base/sys_error.h"

namespace refrun {

base::UniqueFd connect_socket(const std::string& path, const char* what) {
  // Through a descriptor: paths may be longer than sun_path's 108 bytes.
  const base::UniqueFd place = base::open_file(path, O_PATH);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  fmt::format_to_n(address.sun_path, sizeof address.sun_path - 1, "/proc/self/fd/{}", place.get());
  base::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd.valid() || ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw base::SysError(fmt::format("connect to {} {}", what, path));
  }
  return fd;
}

}  // namespace refrun
