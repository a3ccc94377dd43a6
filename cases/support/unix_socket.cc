#include "cases/support/unix_socket.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <string>

#include "base/sys_error.h"

namespace runproof {

base::UniqueFd listening_socket(const std::filesystem::path& path, int type) {
  constexpr int kBacklog = 8;
  base::UniqueFd socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& name = path.native();
  if (name.size() >= sizeof address.sun_path) throw base::SysError("socket " + name, ENAMETOOLONG);
  name.copy(address.sun_path, name.size());
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket.get(), kBacklog) != 0)
    throw base::SysError("listen at " + name);
  return socket;
}

}  // namespace runproof
