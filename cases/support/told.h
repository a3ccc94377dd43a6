#pragma once

#include <string_view>

#include "harness/case.h"

namespace runproof {

/// Creates and starts it: the answer of the first that failed, else start's. For properties of process, which a runtime
/// may apply at either (runtime.md#create).
[[nodiscard]] Answer attempt(Container& box);

/// Runs a container that is only named to its end and gives the record of the probe's `verb` in it. Throws CaseFailed
/// where a command fails or there is no whole answer.
[[nodiscard]] Json told(Container& box, std::string_view verb);

}  // namespace runproof
