#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace refrun {

/// config-linux.md#cgroup-ownership: to whom a cgroup is given.
struct Delegation {
  uid_t owner = 0;                 // on the host
  std::vector<std::string> files;  // of the cgroup, beside its directory; those that are not there are left out
};

}  // namespace refrun
