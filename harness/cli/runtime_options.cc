#include "harness/cli/runtime_options.h"

#include <CLI/CLI.hpp>

#include <stdexcept>

#include "harness/cli/usage_error.h"

namespace runproof {

void add_runtime_options(CLI::App& command, RuntimeOptions& options) {
  command
      .add_option("-r,--runtime", options.path,
                  "The runtime to test: a name in PATH or any executable, a script too; "
                  "default: $RUNPROOF_RUNTIME")
      ->type_name("PATH");
  command
      .add_option("--adapter", options.adapter,
                  "Its command-line dialect (runc, crun, youki, runsc, refrun, generic); default: by "
                  "what its --version says")
      ->type_name("NAME");
}

Runtime find_runtime(const RuntimeOptions& options, const Environment& environment) {
  const std::string& path = options.path.empty() ? environment.runtime : options.path;
  if (path.empty()) {
    throw UsageError(
        "which runtime? Say --runtime PATH (a name such as runc, or any executable), or set RUNPROOF_RUNTIME");
  }
  try {
    return identify_runtime(path, options.adapter);
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
}

}  // namespace runproof
