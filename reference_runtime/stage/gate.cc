#include "reference_runtime/stage/gate.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys_error.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

base::UniqueFd make_socket() {
  base::UniqueFd fd(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (!fd.valid()) throw base::SysError("make the gate's socket");
  return fd;
}

/// The state root may be deeper than the 108 bytes of sun_path: the way is through the open directory.
sockaddr_un gate_address(const ContainerDir& dir) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  fmt::format_to_n(address.sun_path, sizeof address.sun_path - 1, "/proc/self/fd/{}/gate.sock", dir.fd());
  return address;
}

}  // namespace

base::UniqueFd make_gate_lock(const ContainerDir& dir) {
  base::UniqueFd fd = base::open_file(dir.path("gate"), O_RDWR | O_CREAT, 0600);
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(fd.get(), F_OFD_SETLK, &lock) != 0) throw base::SysError("lock the gate");
  return fd;
}

base::UniqueFd listen_at_gate(const ContainerDir& dir) {
  base::UniqueFd fd = make_socket();
  const sockaddr_un address = gate_address(dir);
  if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(fd.get(), 1) != 0) {
    throw base::SysError("open the gate");
  }
  return fd;
}

base::UniqueFd knock_at_gate(const ContainerDir& dir) {
  base::UniqueFd fd = make_socket();
  const sockaddr_un address = gate_address(dir);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw base::SysError("connect to init at the gate");
  }
  return fd;
}

void write_pid_file(const std::string& path, pid_t pid) {
  const pid_t told = fault("pid_file_wrong_pid") ? pid + 1 : pid;
  const std::string text = std::to_string(told) + (fault("pid_file_newline") ? "\n" : "");
  try {
    base::write_file_atomically(path, text);
  } catch (const base::SysError&) {
    if (!fault("pid_file_unwritable_ignored")) throw;
  }
}

}  // namespace refrun
