#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace runproof {

/// A user without privilege as whom the runtime is called (lane/rootless_user.h): to him belong bundles and scratch
/// directories.
struct Tenant {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<std::string> launcher;  ///< what comes before the runtime on its command line, and makes it his
  std::string cgroup;                 ///< a group that is his to use, "/a"; empty: none is, and bundles name none
};

/// Null: the runtime is called by ourselves. One for the whole process, and for what it forks.
[[nodiscard]] const Tenant* tenant();
void set_tenant(Tenant tenant);

}  // namespace runproof
