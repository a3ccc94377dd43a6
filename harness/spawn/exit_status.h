#pragma once

#include <optional>
#include <string>

#include "base/json.h"

namespace runproof {

/// How a process ended: exactly one of the two is set.
struct ExitStatus {
  std::optional<int> exit;
  std::optional<int> signal;
  bool operator==(const ExitStatus&) const = default;
};

/// "exit 1", "signal 9 (KILL)".
[[nodiscard]] std::string to_text(const ExitStatus& status);
void to_json(base::Json& json, const ExitStatus& status);

}  // namespace runproof
