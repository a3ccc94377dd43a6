#pragma once

#include "harness/run/run_cases.h"
#include "harness/run/sweep.h"

namespace runproof {

/// In the worker: runs one case, sweeps what it left, and writes its report, one JSON object, to `report_fd`: the
/// members of a result event that the worker knows. Gives the process's exit code.
int work_on_case(const PlannedRun& run, Context context, int report_fd);

/// Where a case may have left something. Its scratch directory and bundles are among it unless they are to be kept.
[[nodiscard]] Traces traces_of(const Context& context);

}  // namespace runproof
