#pragma once

#include <string>

#include "reports/log.h"

namespace reports {

/// TAP version 14: a test point per case with a YAML block; SKIP for skipped and unsupported, TODO for xfail, soft and
/// info that differ. A broken suite or an interrupted run ends in "Bail out!".
[[nodiscard]] std::string render_tap(const Log& log);

}  // namespace reports
