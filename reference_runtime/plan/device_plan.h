#pragma once

#include "reference_runtime/plan/init_plan.h"

namespace refrun {

/// The default devices (config-linux.md#default-devices) and linux.devices; those of the config win. `may_make`: mknod
/// works in the initial user namespace.
void plan_devices(const Config& config, bool may_make, InitPlan& plan);

}  // namespace refrun
