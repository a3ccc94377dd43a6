#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/json.h"
#include "harness/registry/expectations.h"
#include "harness/runtime/context.h"

namespace runproof {

/// Reads and checks it by itself. Throws UsageError that names every problem with its place.
[[nodiscard]] Expectations read_expectations(const std::filesystem::path& file);

/// Changes results as the file says, for a run of this runtime in this lane (RunSetup::overlay). Throws UsageError also
/// for entries that fit no case, that say what cannot be, or that never speak, and for another runtime's file.
[[nodiscard]] std::function<void(const Case&, base::Json& result)> expecting(const std::filesystem::path& file,
                                                                             const Context& context,
                                                                             const std::string& lane);

}  // namespace runproof
