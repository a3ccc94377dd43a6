#pragma once

#include <string>

#include "reports/log.h"

namespace reports {

/// JUnit XML: a suite per area; each case with clause, level and claim as properties and its evidence in system-out.
/// failure: failed, timeout, flaky, xpass, or a leak. error: broken. skipped: skipped, unsupported, xfail, and planned
/// cases that an interrupted run did not come to. soft and info pass, with their message in system-out.
[[nodiscard]] std::string render_junit(const Log& log);

}  // namespace reports
