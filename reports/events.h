#pragma once

#include "reports/fields.h"
#include "reports/log.h"

/// One event of the log, from its JSON to its value. Each throws LogError with the event's line.
namespace reports {

[[nodiscard]] Header read_header(const Fields& event);
[[nodiscard]] Result read_result(const Fields& event);

}  // namespace reports
