#pragma once

#include "reference_runtime/state/store.h"

namespace refrun {

/// `pause`: freezes a created or running container and returns once every process of it stands still. Throws
/// WrongStatus for any other status.
void pause_container(const ContainerDir& dir);
/// `resume`: lets a paused container go on. Throws WrongStatus for any other status.
void resume_container(const ContainerDir& dir);

}  // namespace refrun
