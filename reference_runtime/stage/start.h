#pragma once

#include <string>
#include <vector>

#include "reference_runtime/stage/create.h"
#include "reference_runtime/state/store.h"

namespace refrun {

/// runtime.md#start: opens the gate, waits until the payload runs, runs the poststart hooks. The container's directory
/// must be locked by the caller. A failed startContainer or poststart hook destroys the container. Throws.
void start_container(ContainerDir& dir, std::vector<std::string>& warnings);
/// The same for `run`, which has everything at hand.
void start_created(Created& created, std::vector<std::string>& warnings);

}  // namespace refrun
