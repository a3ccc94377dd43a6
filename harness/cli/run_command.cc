#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/file.h"
#include "base/sys_error.h"
#include "harness/bundle/cgroup_home.h"
#include "harness/bundle/tenant.h"
#include "harness/cli/commands.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/expectations_file.h"
#include "harness/cli/guest_run.h"
#include "harness/cli/lane_options.h"
#include "harness/cli/print.h"
#include "harness/cli/progress.h"
#include "harness/cli/run_options.h"
#include "harness/cli/run_reporter.h"
#include "harness/cli/run_session.h"
#include "harness/cli/usage_error.h"
#include "harness/lane/guest_cases.h"
#include "harness/lane/rootless_user.h"
#include "harness/run/event_log.h"
#include "harness/run/log_frame.h"
#include "harness/run/run_cases.h"
#include "reports/log.h"
#include "reports/summary.h"

namespace runproof {
namespace {

constexpr int kUntilFailRounds = 1000;

/// Ids to run again out of an earlier log.
std::vector<std::string> failed_in(const std::filesystem::path& file) {
  try {
    const reports::Log log = reports::parse_log(base::read_file(file));
    std::vector<std::string> ids;
    for (const reports::CaseRun& run : log.cases) {
      if (run.red() || run.outcome() == reports::Outcome::broken) ids.push_back(run.info.id);
    }
    for (const reports::CaseInfo& info : log.not_run) ids.push_back(info.id);
    return ids;
  } catch (const reports::LogError& error) {
    throw UsageError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

std::vector<const Case*> choose_cases(const RunOptions& options) {
  SelectOptions select = options.select;
  if (!options.rerun_failed.empty()) {
    const auto failed = failed_in(options.rerun_failed);
    if (failed.empty()) return {};
    select.ids.insert(select.ids.end(), failed.begin(), failed.end());
  }
  Selection selection = selection_from(select, all_cases());
  selection.seed = options.shuffle;
  return select_cases(all_cases(), selection);
}

std::vector<PlannedRun> plan_of(const std::vector<const Case*>& cases, int repeat) {
  std::vector<PlannedRun> runs;
  for (int attempt = 1; attempt <= repeat; ++attempt) {
    for (const Case* one : cases) runs.push_back({.one = one, .attempt = attempt});
  }
  return runs;
}

Context context_for(const RunOptions& options, const Environment& environment) {
  Context context;
  context.runtime = find_runtime(options.runtime, environment);
  context.profile = options.select.profile == "compat" ? Profile::compat : Profile::spec;
  context.wait = parse_wait_strategy(options.wait).value_or(WaitStrategy::automatic);
  context.keep = options.keep;
  context.deadline_scale = environment.deadline_scale * (options.stress ? kStressScale : 1);
  return context;
}

RunSetup setup_for(const RunOptions& options, const Environment& environment, const RunSession& session) {
  RunSetup setup = session.setup();
  if (options.jobs > 0) setup.jobs = options.jobs;
  if (options.timeout > 0) setup.timeout = std::chrono::milliseconds(static_cast<long>(options.timeout * 1000));
  setup.stress = options.stress;
  setup.rerun = rerun_line(options, environment);
  if (!options.expectations.empty()) setup.overlay = expecting(options.expectations, setup.context, options.lane);
  return setup;
}

int exit_code_of(const RunOptions& options, const Tally& tally, std::optional<int> signal) {
  if (signal) return kInterrupted + *signal;
  if (tally.of(Outcome::broken) > 0) return kSuiteBroken;
  if (tally.red() > 0) return kRed;
  const std::size_t skipped = tally.of(Outcome::skipped);
  if (options.no_skips && skipped > 0) {
    fmt::print(stderr, "runproof: {} skipped, and --no-skips forbids that\n", skipped);
    return kRed;
  }
  if (skipped + tally.of(Outcome::unsupported) == tally.reported()) return options.exit_if_skipped;
  return kAsExpected;
}

void show_summary(const EventLog& log, const Environment& environment) {
  const auto colour = environment.colour ? reports::Colour::on : reports::Colour::off;
  print(reports::render_summary(reports::parse_log(log.text()), {.colour = colour, .width = environment.width}));
}

EventLog open_log(const std::filesystem::path& file) {
  try {
    return EventLog(file);
  } catch (const base::SysError& error) {
    throw UsageError(fmt::format("--log: {}", error.what()));
  }
}

CgroupDriver driver_of(const RunOptions& options, Lane lane) {
  if (options.cgroup_driver.empty()) return usual_driver(lane);
  return options.cgroup_driver == "systemd" ? CgroupDriver::systemd : CgroupDriver::cgroupfs;
}

std::unique_ptr<RootlessUser> become_rootless(Context& context) {
  const bool delegated = context.facts.cgroup_mode == CgroupMode::v2;
  try {
    auto user = std::make_unique<RootlessUser>(delegated ? "rp-" + context.run_id + "-user" : "");
    set_tenant(
        {.uid = RootlessUser::kId, .gid = RootlessUser::kId, .launcher = user->launcher(), .cgroup = user->cgroup()});
    take_privilege_from(context.facts, delegated);
    // runc takes root of a user namespace for a rootless caller only where USER says so.
    setenv("USER", "rootless", /*overwrite=*/1);
    return user;
  } catch (const Unavailable& error) {
    throw UsageError(error.what());
  }
}

int run_suite(RunOptions options, const Environment& environment) {
  const Lane lane = lane_named(options.lane);
  const bool guest = is_guest(lane) && environment.lane != options.lane;
  if (lane == Lane::v2_view) enter_v2_view_or_refuse();
  if (options.until_fail && options.repeat == 1) options.repeat = kUntilFailRounds;
  std::vector<const Case*> cases = choose_cases(options);
  const bool chosen = options.all || !options.select.ids.empty() || !options.rerun_failed.empty();
  if (guest && !chosen) leave_out_what_the_host_can(cases, lane, options.rootless);
  if (cases.empty()) {
    fmt::print(stderr, "runproof: nothing selected\n");
    return kNothing;
  }
  const RunSession session(context_for(options, environment), environment);
  RunSetup setup = setup_for(options, environment, session);
  set_cgroup_driver(driver_of(options, lane));
  const auto user = options.rootless && !guest ? become_rootless(setup.context) : nullptr;
  const std::vector<PlannedRun> runs = plan_of(cases, options.repeat);

  EventLog log = open_log(options.log);
  if (!guest)
    log.write(header_event(setup.context, {.cases = cases,
                                           .repeat = options.repeat,
                                           .jobs = setup.jobs,
                                           .lane = options.lane,
                                           .rootless = options.rootless,
                                           .stress = options.stress,
                                           .seed = options.shuffle,
                                           .shard = selection_from(options.select, all_cases()).shard,
                                           .argv = environment.argv}));
  Progress progress(runs.size(),
                    {.live = environment.terminal,
                     .colour = environment.colour,
                     .every = options.verbose,
                     .width = environment.width},
                    print);
  RunReporter reporter(log, progress,
                       {.stop_at_red = options.fail_fast || options.until_fail, .short_passes = options.repeat > 1});
  const auto began = std::chrono::steady_clock::now();
  const std::optional<int> signal =
      guest
          ? run_cases_in_guest({.lane = lane, .options = options, .context = setup.context, .environment = environment},
                               runs, log, reporter)
          : run_cases(runs, setup, reporter);
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - began;
  progress.finish();
  const Tally& tally = reporter.tally();
  log.write(tally.footer_event(wall.count(), /*interrupted=*/tally.reported() < runs.size()));

  show_summary(log, environment);
  if (options.keep) print(fmt::format("kept: {}\n", session.directory().string()));
  return exit_code_of(options, tally, signal);
}

}  // namespace

void add_run(CLI::App& app, const Environment& environment, Action& action) {
  CLI::App* command = app.add_subcommand("run", "Run cases against a runtime, and say how it went");
  const auto options = std::make_shared<RunOptions>();
  add_run_options(*command, *options);
  command->callback(
      [options, &environment, &action] { action = [=, &environment] { return run_suite(*options, environment); }; });
}

}  // namespace runproof
