#pragma once

#include <vector>

#include "base/unique_fd.h"
#include "reference_runtime/config/linux_config.h"

namespace refrun {

/// config-linux.md#network-devices: moves devices of this process's network namespace into `target`, under the names
/// that the container is to see, with their permanent global addresses, and sets them up. Throws std::runtime_error
/// naming the device; those moved before stay, and go with the namespace.
void move_net_devices(const std::vector<NetDevice>& devices, const base::UniqueFd& target);

}  // namespace refrun
