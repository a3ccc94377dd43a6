#include "harness/cli/cli.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "harness/cli/commands.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/usage_error.h"

namespace runproof {
namespace {

constexpr const char* kAbout =
    "Runproof checks any OCI container runtime against the runtime specification, clause by clause, and says which "
    "clause it\n"
    "breaks and how to see it again.";

constexpr const char* kFooter =
    R"(Start here:
  runproof run --runtime runc              everything, with a summary
  runproof run --runtime ./my-runtime 'kill.*' hooks.order
  runproof list --clause runtime.md#kill   which cases there are
  runproof explain kill.stopped_error      what one is about, and whether it can run here
  runproof doctor                          what this host can and cannot test

Exit codes: 0 as expected, 1 the runtime does not conform, 2 usage, 3 the suite could not do its job, 4 nothing selected,
128 + n ended by signal n.)";

int act(CLI::App& app, const Environment& environment, int argc, char** argv) {
  Action action;
  for (const auto add : {add_run, add_list, add_explain, add_doctor, add_report, add_diff, add_merge, add_expectations,
                         add_sweep, add_sabotage, add_new_case, add_completion}) {
    add(app, environment, action);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kAsExpected : kUsage;  // 0: --help, --version
  }
  if (action) return action();
  fmt::print("{}", app.help());
  return kUsage;
}

int complain(const char* what, ExitCode code) {
  fmt::print(stderr, "runproof: {}\n", what);
  return code;
}

}  // namespace

int run_cli(int argc, char** argv) {
  try {
    CLI::App app{kAbout, "runproof"};
    app.footer(kFooter);
    app.set_version_flag("--version", "runproof " RUNPROOF_VERSION);
    app.get_formatter()->column_width(34);
    return act(app, read_environment(argc, argv), argc, argv);
  } catch (const UsageError& error) {
    return complain(error.what(), kUsage);
  } catch (const std::exception& error) {
    return complain(error.what(), kSuiteBroken);
  }
}

}  // namespace runproof
