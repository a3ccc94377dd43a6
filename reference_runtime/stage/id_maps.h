#pragma once

#include <sys/types.h>

#include "reference_runtime/config/linux_config.h"
#include "reference_runtime/sys/privileges.h"

namespace refrun {

/// Writes uid_map and gid_map of `pid`'s new user namespace: directly where we may, else by newuidmap(1) and
/// newgidmap(1) (shadow), which know what the user was given in /etc/subuid. Throws.
void write_id_maps(pid_t pid, const Linux& config, const Privileges& privileges);

/// Whether setgroups(2) will be allowed in there: not with a single self-mapping written without privilege.
[[nodiscard]] bool may_set_groups(const Linux& config, const Privileges& privileges);

}  // namespace refrun
