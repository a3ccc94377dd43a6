#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "harness/cli/commands.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/run_session.h"
#include "harness/run/dead_runs.h"

namespace runproof {
namespace {

struct SweepOptions {
  bool dry_run = false;
  bool kept = false;
};

int show(const Environment& environment, Kept kept) {
  const auto dead = find_dead_runs(scratch_bases(environment), Search::thorough, kept);
  for (const RunId& run : dead) fmt::print("run {} is dead and has left something\n", run.text());
  if (dead.empty()) fmt::print("nothing to sweep\n");
  return kAsExpected;
}

/// A thing that could not be removed says so after its name.
bool stayed(const Leftover& leftover) {
  return leftover.what.find("cannot be ") != std::string::npos || leftover.what.starts_with("does not die");
}

int clean(const Environment& environment, Kept kept) {
  bool all = true;
  const auto dead = sweep_dead_runs(scratch_bases(environment), Search::thorough, kept);
  for (const DeadRun& run : dead) {
    fmt::print("run {}:\n", run.run.text());
    for (const Leftover& leftover : run.removed) {
      fmt::print("  {:<8} {}\n", leftover.kind, leftover.what);
      all = all && !stayed(leftover);
    }
  }
  if (dead.empty()) fmt::print("nothing to sweep\n");
  return all ? kAsExpected : kSuiteBroken;
}

}  // namespace

void add_sweep(CLI::App& app, const Environment& environment, Action& action) {
  CLI::App* command =
      app.add_subcommand("sweep", "Remove what killed runs have left: processes, mounts, cgroups, directories");
  const auto options = std::make_shared<SweepOptions>();
  command->add_flag("-n,--dry-run", options->dry_run, "Only say which runs have left something");
  command->add_flag("--kept", options->kept, "Remove what --keep has kept as well");
  command->footer(
      "Only things of runs whose runproof is dead are touched: their names say which process made them. `runproof run` "
      "does\n"
      "this by itself when it starts, but for processes that have neither a cgroup nor a directory left.");
  command->callback([options, &environment, &action] {
    action = [=, &environment] {
      const Kept kept = options->kept ? Kept::remove : Kept::leave;
      return options->dry_run ? show(environment, kept) : clean(environment, kept);
    };
  });
}

}  // namespace runproof
