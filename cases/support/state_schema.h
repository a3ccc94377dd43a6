#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace runproof {

/// What in a state is not as runtime.md#state and its schema/state-schema.json want it, one sentence each. The statuses
/// that runtimes add are allowed (the text says so, the schema forgets it).
[[nodiscard]] std::vector<std::string> state_schema_problems(const base::Json& state);

/// "1.0.2", "1.0.2-dev", "1.2.0-rc.1+dev" as SemVer 2.0.0 has it.
[[nodiscard]] bool is_semver(std::string_view text);

}  // namespace runproof
