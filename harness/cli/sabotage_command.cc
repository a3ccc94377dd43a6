#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <set>

#include "base/json.h"
#include "base/text.h"
#include "harness/bundle/companion.h"
#include "harness/cli/commands.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/progress.h"
#include "harness/cli/run_session.h"
#include "harness/cli/runtime_options.h"
#include "harness/cli/sabotage_verdict.h"
#include "harness/cli/select_options.h"
#include "harness/cli/usage_error.h"
#include "harness/spawn/command.h"

namespace runproof {
namespace {

constexpr const char* kVariable = "REFRUN_SABOTAGE";
/// Under a fault a case mostly waits for what does not come, so there is room for more of them than there are CPUs.
constexpr std::size_t kTriesPerCpu = 8;

struct SabotageOptions {
  SelectOptions select;
  RuntimeOptions runtime;
  std::size_t jobs = 0;
  double timeout = 0;
  bool full = false;
  bool verbose = false;
};

struct ListedFaults {
  std::set<std::string> demanded;
  std::set<std::string> without_case;  ///< known to be caught by none yet
};

/// What `refrun-sabotage faults` lists, [{name, kind, description, has_case}], but for points: steps that cannot be
/// skipped.
ListedFaults faults_of(const std::string& runtime) {
  ListedFaults faults;
  try {
    const Finished answer = run({.argv = {runtime, "faults"}});
    for (const base::Json& entry : base::parse_json(answer.out)) {
      if (entry.at("kind") == "point") continue;
      auto& names = entry.value("has_case", true) ? faults.demanded : faults.without_case;
      names.insert(entry.at("name").get<std::string>());
    }
  } catch (const std::exception& error) {
    throw UsageError(
        fmt::format("{} has no command `faults` that lists them: sabotage needs the build refrun-sabotage ({})",
                    runtime, error.what()));
  }
  return faults;
}

/// KIND:ARGUMENT, which no list can name. A runtime that does not understand one fails whatever it is asked, which
/// would turn every case red; so it is asked first.
std::set<std::string> understood_arguments(const std::string& runtime, const std::vector<const Case*>& cases) {
  std::set<std::string> understood;
  for (const Case* one : cases) {
    for (const std::string_view fault : one->info.faults) {
      if (fault.find(':') != std::string_view::npos) understood.emplace(fault);
    }
  }
  std::erase_if(understood, [&](const std::string& fault) {
    return !run({.argv = {"env", fmt::format("{}={}", kVariable, fault), runtime, "faults"}}).ok();
  });
  return understood;
}

class Listener final : public RunListener {
 public:
  Listener(SabotageVerdict& verdict, Progress& progress) : verdict_(verdict), progress_(progress) {}

  void began(const PlannedRun& run, double) override { progress_.began(name(run), Progress::Clock::now()); }
  Next ended(const PlannedRun& run, const base::Json& result) override {
    const auto fault = run.env.find(kVariable);
    if (fault == run.env.end()) {
      verdict_.sound(*run.one, result);
    } else {
      verdict_.faulted(*run.one, fault->second, result);
    }
    progress_.ended(name(run), result, Progress::Clock::now());
    return Next::go_on;
  }
  void tick() override { progress_.tick(Progress::Clock::now()); }

 private:
  static std::string name(const PlannedRun& run) {
    const auto fault = run.env.find(kVariable);
    return fault == run.env.end() ? run.one->id : fmt::format("{} under {}", run.one->id, fault->second);
  }

  SabotageVerdict& verdict_;
  Progress& progress_;
};

std::vector<PlannedRun> faulted_runs(const std::vector<const Case*>& cases, const std::set<std::string>& faults,
                                     const SabotageVerdict& verdict, bool full) {
  std::vector<PlannedRun> runs;
  for (const Case* one : cases) {
    if (!verdict.passed(*one)) continue;
    std::set<std::string> tried;
    for (const std::string_view fault : one->info.faults) {
      if (verdict.known(fault)) tried.emplace(fault);
    }
    if (full) tried.insert(faults.begin(), faults.end());
    for (const std::string& fault : tried) runs.push_back({.one = one, .env = {{kVariable, fault}}});
  }
  return runs;
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

int conclude(const SabotageVerdict& verdict, std::size_t tried) {
  print(verdict.table());
  const auto findings = verdict.findings();
  for (const std::string& finding : findings) print("FINDING: " + finding + "\n");
  print(verdict.summary());
  print(fmt::format("{} tries under faults, {} findings\n", tried, findings.size()));
  return findings.empty() ? kAsExpected : kRed;
}

int sabotage(const SabotageOptions& options, const Environment& environment) {
  Context context;
  RuntimeOptions which = options.runtime;
  if (which.path.empty()) which.path = companion("refrun-sabotage").string();
  context.runtime = find_runtime(which, environment);
  const std::string runtime = context.runtime.path.string();
  const ListedFaults faults = faults_of(runtime);
  const auto cases = select_cases(all_cases(), selection_from(options.select, all_cases()));
  if (cases.empty()) {
    fmt::print(stderr, "runproof: nothing selected\n");
    return kNothing;
  }
  const RunSession session(std::move(context), environment);
  RunSetup setup = session.setup();
  if (options.timeout > 0) setup.timeout = std::chrono::milliseconds(static_cast<long>(options.timeout * 1000));
  setup.rerun = base::shell_line({environment.program, "run", "--runtime", which.path, "--keep"});
  SabotageVerdict verdict({.listed = faults.demanded, .arguments = understood_arguments(runtime, cases)},
                          /*whole=*/cases.size() == all_cases().size());

  const auto run_all = [&](const std::vector<PlannedRun>& runs, std::size_t jobs) {
    setup.jobs = options.jobs > 0 ? options.jobs : jobs;
    Progress progress(runs.size(),
                      {.live = environment.terminal,
                       .colour = environment.colour,
                       .every = options.verbose,
                       .wrong = false,
                       .width = environment.width},
                      print);
    Listener listener(verdict, progress);
    const auto signal = run_cases(runs, setup, listener);
    progress.finish();
    setup.first_number += static_cast<int>(runs.size());
    return signal;
  };
  const std::size_t cpus = setup.jobs;
  std::vector<PlannedRun> sound;
  for (const Case* one : cases) sound.push_back({.one = one});
  if (const auto signal = run_all(sound, cpus)) return kInterrupted + *signal;
  const auto faulted = faulted_runs(cases, faults.demanded, verdict, options.full);
  if (const auto signal = run_all(faulted, cpus * kTriesPerCpu)) return kInterrupted + *signal;
  for (const std::string& fault : faults.without_case) print(fmt::format("{:<32} no case catches it yet\n", fault));
  return conclude(verdict, faulted.size());
}

}  // namespace

void add_sabotage(CLI::App& app, const Environment& environment, Action& action) {
  CLI::App* command =
      app.add_subcommand("sabotage", "Prove that every case can fail: run it under the faults that must turn it red");
  const auto options = std::make_shared<SabotageOptions>();
  add_select_options(*command, options->select);
  add_runtime_options(*command, options->runtime);
  command->add_option("-j,--jobs", options->jobs, "Cases at a time; default: one for each CPU, under faults eight")
      ->type_name("N");
  command->add_option("--timeout", options->timeout, "Seconds for each case, in place of its own limit")
      ->check(CLI::PositiveNumber);
  command->add_flag("--full", options->full, "Every case under every fault, not only under those that it names");
  command->add_flag("-v,--verbose", options->verbose, "A line for each try");
  command->footer(
      "The default runtime is refrun-sabotage beside this program; its command `faults` names what it can do wrong, "
      "and\n"
      "REFRUN_SABOTAGE=NAME makes it do so. Exits 1 where a case stays green under a fault that it names, or is turned "
      "red\n"
      "by none and gives no reason; with all cases, also where a fault is caught by none.");
  command->callback(
      [options, &environment, &action] { action = [=, &environment] { return sabotage(*options, environment); }; });
}

}  // namespace runproof
