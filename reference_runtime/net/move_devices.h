#pragma once

#include <sys/types.h>

#include <vector>

#include "base/unique_fd.h"
#include "reference_runtime/config/linux_config.h"

namespace refrun {

/// The network namespace that a container's config names, or else the one that its init is in. Throws base::SysError.
[[nodiscard]] base::UniqueFd network_namespace_of(const Linux& config, pid_t init);

/// config-linux.md#network-devices: moves devices of this process's network namespace into `target`, under the names
/// that the container is to see, with their permanent global addresses, and sets them up. Throws std::runtime_error
/// naming the device; none is moved where one is not there or its name is taken.
void move_net_devices(const std::vector<NetDevice>& devices, const base::UniqueFd& target);

/// Only for sabotage: sets devices that were moved up again, or moves them back.
void meddle_with_net_devices(const std::vector<NetDevice>& devices, const base::UniqueFd& target);

}  // namespace refrun
