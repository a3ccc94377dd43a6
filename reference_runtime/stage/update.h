#pragma once

#include "reference_runtime/config/resources_config.h"
#include "reference_runtime/state/store.h"

namespace refrun {

/// `update`: sets what `resources` names of a container that is not stopped, and leaves everything else; a paused one
/// stays paused. Throws WrongStatus, CgroupError or base::SysError.
void update_container(const ContainerDir& dir, const Resources& resources);

/// As clients write resources for `update`: every member is there, and 0 in one that cannot be 0 means "not this one".
void drop_unset(Resources& resources);

}  // namespace refrun
