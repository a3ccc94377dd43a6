#pragma once

#include <functional>

#include "harness/cli/environment.h"

namespace CLI {
class App;
}

namespace runproof {

/// What the command line asks for, set by the parse and called afterwards; gives the exit code. May throw UsageError.
using Action = std::function<int()>;

/// Each adds its subcommand to `app`, with its options and its help. `environment` and `action` outlive the parse.
void add_run(CLI::App& app, const Environment& environment, Action& action);
void add_list(CLI::App& app, const Environment& environment, Action& action);
void add_explain(CLI::App& app, const Environment& environment, Action& action);
void add_doctor(CLI::App& app, const Environment& environment, Action& action);
void add_report(CLI::App& app, const Environment& environment, Action& action);
void add_diff(CLI::App& app, const Environment& environment, Action& action);
void add_merge(CLI::App& app, const Environment& environment, Action& action);
void add_expectations(CLI::App& app, const Environment& environment, Action& action);
void add_sweep(CLI::App& app, const Environment& environment, Action& action);
void add_sabotage(CLI::App& app, const Environment& environment, Action& action);
void add_new_case(CLI::App& app, const Environment& environment, Action& action);
void add_completion(CLI::App& app, const Environment& environment, Action& action);

}  // namespace runproof
