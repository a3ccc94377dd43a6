#pragma once

#include <string>
#include <vector>

namespace refrun {

/// One thing wrong with a config.json: where (RFC 6901 pointer), and which rule it breaks.
struct Problem {
  std::string pointer;
  std::string rule;
  bool warning = false;  // the spec asks for a warning only, or leaves the choice to the runtime
};

using Problems = std::vector<Problem>;

/// Whether any of them is more than a warning.
[[nodiscard]] bool has_errors(const Problems& problems);
/// "/process/cwd: must be an absolute path", one line each, errors before warnings.
[[nodiscard]] std::string describe(const Problems& problems);

}  // namespace refrun
