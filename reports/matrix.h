#pragma once

#include <string>
#include <vector>

#include "reports/log.h"

namespace reports {

struct MatrixOptions {
  /// Earlier logs: each is compared with the columns of the same runtime name.
  std::vector<NamedLog> baseline = {};
};

/// One self-contained page: clauses by runtimes, the worst outcome in each cell with the evidence behind it.
/// A column is a log, headed by its runtime's name and version, and by the log's name where two would be alike.
[[nodiscard]] std::string render_matrix(const std::vector<NamedLog>& logs, const MatrixOptions& options = {});

}  // namespace reports
