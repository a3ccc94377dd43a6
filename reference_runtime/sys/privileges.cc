#include "reference_runtime/sys/privileges.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/nsfs.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace refrun {
namespace {

/// Root of a user namespace alone has no say in a mount namespace of the one above: the kernel does not even show it
/// whose that is (ioctl_ns(2)).
bool owns_mount_namespace() {
  const base::UniqueFd mounts(::open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC));
  return mounts.valid() && base::UniqueFd(::ioctl(mounts.get(), NS_GET_USERNS)).valid();
}

}  // namespace

Privileges own_privileges() {
  Privileges out;
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[2] = {};
  if (::syscall(SYS_capget, &header, data) != 0) return out;
  const auto have = [&](int capability) { return (data[0].effective >> capability & 1) != 0; };
  out.may_mount = have(CAP_SYS_ADMIN) && owns_mount_namespace();
  out.may_map_ids = have(CAP_SETUID) && have(CAP_SETGID);
  const auto map = base::read_file_if_there("/proc/self/uid_map");
  const auto fields = map ? base::words(*map) : std::vector<std::string_view>{};
  out.initial_user_namespace = fields.size() == 3 && fields[0] == "0" && fields[1] == "0" && fields[2] == "4294967295";
  return out;
}

}  // namespace refrun
