#include "reference_runtime/config/problem.h"

#include <algorithm>

namespace refrun {

bool has_errors(const Problems& problems) {
  return std::any_of(problems.begin(), problems.end(), [](const Problem& problem) { return !problem.warning; });
}

std::string describe(const Problems& problems) {
  std::string text;
  for (const bool warnings : {false, true}) {
    for (const Problem& problem : problems) {
      if (problem.warning != warnings) continue;
      if (!text.empty()) text += '\n';
      text += (problem.pointer.empty() ? "/" : problem.pointer) + ": " + (warnings ? "warning: " : "") + problem.rule;
    }
  }
  return text;
}

}  // namespace refrun
