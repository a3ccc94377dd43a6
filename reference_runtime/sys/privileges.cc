#include "reference_runtime/sys/privileges.h"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

namespace refrun {

Privileges own_privileges() {
  Privileges out;
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[2] = {};
  out.may_mount = ::syscall(SYS_capget, &header, data) == 0 && (data[0].effective >> CAP_SYS_ADMIN & 1) != 0;
  const auto map = base::read_file_if_there("/proc/self/uid_map");
  const auto fields = map ? base::words(*map) : std::vector<std::string_view>{};
  out.initial_user_namespace = fields.size() == 3 && fields[0] == "0" && fields[1] == "0" && fields[2] == "4294967295";
  return out;
}

}  // namespace refrun
