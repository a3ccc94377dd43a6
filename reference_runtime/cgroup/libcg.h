#pragma once

#include <string>

namespace refrun::libcg {

// libcgroup 2.0, for the v1 hierarchies and for v2 controllers that it sees. The rest of cgroup/ does by files what it
// cannot:
//  - cgroup_delete_cgroup moves whatever still runs in the group to its parent, where nothing would kill it: we
//  rmdir(2).
//  - cgroup_attach_task writes one thread to `tasks`, from outside, which waits for RCU: see join_cgroups().
//  - cgroup_init sees no unified hierarchy whose root has no controllers, and enables controllers one level deep only.
//  - Hierarchies without a controller ("name=systemd") it does not know.
// It is initialised at the first use: half a millisecond, mostly page faults of its tables.

/// Creates `path` and what is missing above it in the controller's hierarchy. 0, or errno.
[[nodiscard]] int create(const std::string& path, const std::string& controller);
/// Sets one file. 0, or errno.
[[nodiscard]] int set(const std::string& path, const std::string& controller, const std::string& file,
                      const std::string& value);

}  // namespace refrun::libcg
