#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <set>

#include "base/json.h"
#include "base/text.h"
#include "harness/bundle/cgroup_home.h"
#include "harness/bundle/companion.h"
#include "harness/cli/commands.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/guest_program.h"
#include "harness/cli/guest_run.h"
#include "harness/cli/guest_sabotage.h"
#include "harness/cli/lane_options.h"
#include "harness/cli/print.h"
#include "harness/cli/progress.h"
#include "harness/cli/run_options.h"
#include "harness/cli/run_session.h"
#include "harness/cli/runtime_options.h"
#include "harness/cli/sabotage_verdict.h"
#include "harness/cli/select_options.h"
#include "harness/cli/usage_error.h"
#include "harness/lane/guest_cases.h"
#include "harness/run/event_log.h"
#include "harness/spawn/command.h"

namespace runproof {
namespace {

/// Under a fault a case mostly waits for what does not come, so there is room for more of them than there are CPUs.
constexpr std::size_t kTriesPerCpu = 8;
/// An emulated CPU has enough to do, and who is late must not look like who is wrong.
constexpr std::size_t kTriesPerGuestCpu = 2;

struct SabotageOptions {
  SelectOptions select;
  RuntimeOptions runtime;
  std::size_t jobs = 0;
  double timeout = 0;
  bool full = false;
  bool verbose = false;
  std::string lane = "host";
  std::filesystem::path log;
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
    return !run({.argv = {"env", fmt::format("{}={}", kFaultVariable, fault), runtime, "faults"}}).ok();
  });
  return understood;
}

class Listener final : public RunListener {
 public:
  Listener(SabotageVerdict& verdict, EventLog& log, Progress& progress)
      : verdict_(verdict), log_(log), progress_(progress) {}

  void began(const PlannedRun& run, double) override { progress_.began(name(run), Progress::Clock::now()); }
  Next ended(const PlannedRun& run, const base::Json& result) override {
    const auto fault = run.env.find(kFaultVariable);
    if (fault == run.env.end()) {
      verdict_.sound(*run.one, result);
    } else {
      verdict_.faulted(*run.one, fault->second, result);
      ++tries_;
    }
    log_.write(try_event(run, result));
    progress_.ended(name(run), result, Progress::Clock::now());
    return Next::go_on;
  }
  void tick() override { progress_.tick(Progress::Clock::now()); }
  /// Under faults.
  [[nodiscard]] std::size_t tries() const { return tries_; }

 private:
  static std::string name(const PlannedRun& run) {
    const auto fault = run.env.find(kFaultVariable);
    return fault == run.env.end() ? run.one->id : fmt::format("{} under {}", run.one->id, fault->second);
  }

  SabotageVerdict& verdict_;
  EventLog& log_;
  Progress& progress_;
  std::size_t tries_ = 0;
};

std::vector<PlannedRun> faulted_runs(const std::vector<const Case*>& cases, const std::set<std::string>& faults,
                                     const SabotageVerdict& verdict, bool full) {
  std::vector<PlannedRun> runs;
  for (const Case* one : cases) {
    if (!verdict.triable(*one)) continue;
    std::set<std::string> tried;
    for (const std::string_view fault : one->info.faults) {
      if (verdict.known(fault)) tried.emplace(fault);
    }
    if (full) tried.insert(faults.begin(), faults.end());
    for (const std::string& fault : tried) runs.push_back({.one = one, .env = {{kFaultVariable, fault}}});
  }
  return runs;
}

int conclude(const SabotageVerdict& verdict, std::size_t tried) {
  print(verdict.table());
  const auto findings = verdict.findings();
  for (const std::string& finding : findings) print("FINDING: " + finding + "\n");
  print(verdict.summary());
  print(fmt::format("{} tries under faults, {} findings\n", tried, findings.size()));
  return findings.empty() ? kAsExpected : kRed;
}

Progress progress_for(std::size_t total, const SabotageOptions& options, const Environment& environment) {
  return {total,
          {.live = environment.terminal,
           .colour = environment.colour,
           .every = options.verbose,
           .wrong = false,
           .width = environment.width},
          print};
}

/// Both rounds, here. Gives the signal that broke them off, if one did.
std::optional<int> try_here(const SabotageOptions& options, const std::vector<const Case*>& cases,
                            const std::set<std::string>& faults, RunSetup setup, const Environment& environment,
                            SabotageVerdict& verdict, EventLog& log, std::size_t& tries) {
  const auto run_all = [&](const std::vector<PlannedRun>& runs, std::size_t jobs) {
    setup.jobs = options.jobs > 0 ? options.jobs : jobs;
    Progress progress = progress_for(runs.size(), options, environment);
    Listener listener(verdict, log, progress);
    const auto signal = run_cases(runs, setup, listener);
    progress.finish();
    setup.first_number += static_cast<int>(runs.size());
    tries += listener.tries();
    return signal;
  };
  const std::size_t cpus = setup.jobs;
  std::vector<PlannedRun> sound;
  for (const Case* one : cases) sound.push_back({.one = one});
  if (const auto signal = run_all(sound, cpus)) return signal;
  const std::size_t at_once = cpus * (environment.lane.empty() ? kTriesPerCpu : kTriesPerGuestCpu);
  return run_all(faulted_runs(cases, faults, verdict, options.full), at_once);
}

/// Both rounds, by this same program in a guest.
GuestAnswer try_in_guest(const SabotageOptions& options, Lane lane, const std::string& runtime,
                         const std::vector<const Case*>& cases, const RunSetup& setup, const Environment& environment,
                         SabotageVerdict& verdict, EventLog& log, std::size_t& tries) {
  std::vector<std::string> words = {"sabotage", "--lane", options.lane, "--log", kGuestLog, "--runtime", runtime};
  if (options.jobs > 0) words.insert(words.end(), {"--jobs", std::to_string(options.jobs)});
  if (options.timeout > 0) words.insert(words.end(), {"--timeout", fmt::format("{}", options.timeout)});
  if (options.full) words.emplace_back("--full");
  std::vector<PlannedRun> sound;
  for (const Case* one : cases) {
    words.push_back(one->id);
    sound.push_back({.one = one});
  }
  Progress progress = progress_for(cases.size(), options, environment);
  Listener listener(verdict, log, progress);
  GuestTries guest_tries(cases, listener);
  GuestAnswer answer = run_in_guest({.lane = lane,
                                     .words = words,
                                     .directory = setup.directory,
                                     .cpus = std::max(setup.context.facts.cpus, 1),
                                     .longest = longest_limit(sound, options.timeout)},
                                    environment, [&](const base::Json& event) { guest_tries.take(event); });
  progress.finish();
  tries = listener.tries();
  return answer;
}

std::vector<const Case*> choose_cases(const SabotageOptions& options, Lane lane, bool guest) {
  auto cases = select_cases(all_cases(), selection_from(options.select, all_cases()));
  if (!guest || !options.select.ids.empty()) return cases;
  leave_out_what_the_host_can(cases, lane, /*rootless=*/false);
  // A guest runs some others too, because something is done otherwise there, by systemd above all, which removes what a
  // fault leaves. That they can fail is proven where nobody does that.
  std::erase_if(cases, [lane](const Case* one) {
    const bool here = std::ranges::all_of(one->info.needs, [](const Need& need) { return need.met(facts()); });
    const bool without_systemd =
        lane == Lane::v2_systemd && belongs_in_guest(one->info.needs, Lane::v2, /*rootless=*/false, facts());
    return here || without_systemd;
  });
  return cases;
}

int sabotage(const SabotageOptions& options, const Environment& environment) {
  const Lane lane = lane_named(options.lane);
  const bool guest = is_guest(lane) && environment.lane != options.lane;
  if (lane == Lane::v2_view) enter_v2_view_or_refuse();
  set_cgroup_driver(usual_driver(lane));
  Context context;
  RuntimeOptions which = options.runtime;
  if (which.path.empty()) which.path = companion("refrun-sabotage").string();
  context.runtime = find_runtime(which, environment);
  context.deadline_scale = environment.deadline_scale;
  const std::string runtime = context.runtime.path.string();
  const ListedFaults faults = faults_of(runtime);
  const auto cases = choose_cases(options, lane, guest);
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
  EventLog log(options.log);
  std::size_t tries = 0;
  if (guest) {
    const GuestAnswer answer = try_in_guest(options, lane, runtime, cases, setup, environment, verdict, log, tries);
    if (answer.signal) return kInterrupted + *answer.signal;
    if (!answer.exit || (*answer.exit != kAsExpected && *answer.exit != kRed)) {
      print(fmt::format("BROKEN: {}\nthe guest's console ends with:\n{}", answer.why, answer.console));
      return kSuiteBroken;
    }
  } else if (const auto signal = try_here(options, cases, faults.demanded, setup, environment, verdict, log, tries)) {
    return kInterrupted + *signal;
  }
  for (const std::string& fault : faults.without_case) print(fmt::format("{:<32} no case catches it yet\n", fault));
  return conclude(verdict, tries);
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
  add_timeout_option(*command, options->timeout);
  command
      ->add_option("--lane", options->lane,
                   "Where to try them, as in `run`; a guest tries what this host cannot, unless cases are named")
      ->capture_default_str()
      ->type_name("NAME");
  command->add_option("--log", options->log, "Write each try as a line of JSON: a result, with its fault")
      ->type_name("FILE");
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
