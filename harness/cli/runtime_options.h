#pragma once

#include <string>

#include "harness/cli/environment.h"
#include "harness/runtime/runtime.h"

namespace CLI {
class App;
}

namespace runproof {

/// Which runtime is under test.
struct RuntimeOptions {
  std::string path;
  std::string adapter;
};

void add_runtime_options(CLI::App& command, RuntimeOptions& options);
/// Finds it and asks what it is; RUNPROOF_RUNTIME stands in where --runtime is not given. Throws UsageError.
[[nodiscard]] Runtime find_runtime(const RuntimeOptions& options, const Environment& environment);

}  // namespace runproof
