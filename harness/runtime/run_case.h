#pragma once

#include "harness/registry/registry.h"
#include "harness/runtime/evidence.h"

namespace runproof {

/// Runs one case in this process through GoogleTest, which prints nothing, and gives what there is to report: `outcome`
/// is set. The context must be set, and the reaper enabled. What the orchestrator alone can know (a crash, a timeout,
/// an expectation) is not in it.
[[nodiscard]] Evidence run_case(const Case& one);

}  // namespace runproof
