#pragma once

#include <string>

#include "reports/log.h"

namespace reports {

/// {"header": the log's own, "counts": {outcome: n}, "cases": [{"id", "outcome", "leak", "took_ms", "message"}]}, with
/// one entry for each case in the order of the plan; several attempts are combined. Others rely on this form.
[[nodiscard]] std::string render_json(const Log& log);

}  // namespace reports
