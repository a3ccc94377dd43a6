#pragma once

#include <optional>

#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/config/config.h"

namespace refrun {

/// config-linux.md#cgroup-ownership: to whom the container's cgroup is given; to nobody where it has no cgroup
/// namespace of its own, or does not see its cgroup writable.
[[nodiscard]] std::optional<Delegation> delegation_of(const Config& config);

}  // namespace refrun
