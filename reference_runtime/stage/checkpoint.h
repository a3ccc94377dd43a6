#pragma once

#include "reference_runtime/stage/criu.h"
#include "reference_runtime/state/store.h"

namespace refrun {

/// Checkpoints a running container. Afterwards it is stopped, unless it is to be left running. Throws.
void checkpoint_container(const ContainerDir& dir, const CriuOptions& options);

}  // namespace refrun
