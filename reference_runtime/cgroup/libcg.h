#pragma once

#include <string>

namespace refrun::libcg {

// libcgroup 2.0, for the values of the v1 controllers. The rest of cgroup/ does by files what it cannot, or not as
// well:
//  - cgroup_init clears 2.4 MB of tables and reads the mount table again for each controller: a millisecond and more,
//  so a container without resource limits never comes here, and directories are made by mkdir(2).
//  - cgroup_delete_cgroup moves whatever still runs in the group to its parent, where nothing would kill it: we
//  rmdir(2).
//  - cgroup_attach_task writes one thread to `tasks`, from outside, which waits for RCU: see join_cgroups().
//  - cgroup_init sees no unified hierarchy whose root has no controllers, and enables controllers one level deep only.
//  - Hierarchies without a controller ("name=systemd") it does not know.

/// Sets one file. 0, or errno.
[[nodiscard]] int set(const std::string& path, const std::string& controller, const std::string& file,
                      const std::string& value);

}  // namespace refrun::libcg
