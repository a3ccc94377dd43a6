#pragma once

#include <string>

#include "harness/runtime/adapter.h"
#include "harness/runtime/answer.h"
#include "harness/runtime/container.h"
#include "harness/runtime/footprint.h"
#include "harness/spawn/command.h"

namespace runproof {

/// Whether a command becomes evidence.
enum class Record { yes, no, on_failure };

struct InvokeOptions {
  std::string stdin_text = {};
  int stdout_fd = -1;  ///< borrowed; -1: captured
  int stderr_fd = -1;
  std::filesystem::path cwd = {};
  Caller caller = {};
  Record record = Record::yes;
};

/// The runtime under test with these options and words, ready to run.
[[nodiscard]] Command command_for(const GlobalOptions& globals, const Argv& words, const Caller& caller = {});
/// Runs it to its end and looks what a failure left in `places`. Throws Broken where it cannot be started.
[[nodiscard]] Answer invoke(const GlobalOptions& globals, const Argv& words, const Places& places,
                            const InvokeOptions& options = {});

}  // namespace runproof
