#include "harness/cli/run_options.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <vector>

#include "base/text.h"
#include "harness/lane/lane.h"

namespace runproof {
namespace {

constexpr const char* kExamples = R"(Examples:
  runproof run --runtime runc                          everything
  runproof run --runtime ./my-runtime kill             the area kill
  runproof run --runtime runc 'hooks.*' --level must   one kind of requirement
  runproof run --runtime runc --keep kill.stopped_error look at its bundle afterwards
  runproof run --runtime runc kill --repeat 200 --stress --shuffle 7
  runproof run --runtime runc --log runc.jsonl && runproof report --format html runc.jsonl > runc.html
  runproof run --runtime runc --rerun-failed runc.jsonl
  runproof run --runtime runc --expectations expectations/runc.json

Exit codes: 0 as expected; 1 red: failed, xpass, timeout, flaky or something left behind; 2 usage; 3 the suite could not do its
job; 4 nothing selected; 130 after Ctrl-C. A case that the host or the runtime cannot be asked about (skipped, unsupported) and
what only breaks a SHOULD, a MAY or a habit (soft, info) is reported, and is not red.)";

void add_how(CLI::App& command, RunOptions& options) {
  command.add_option("-j,--jobs", options.jobs, "Cases at a time; default: one for each CPU")->type_name("N");
  add_timeout_option(command, options.timeout);
  command.add_option("--wait", options.wait, "How to see that a process is gone: auto, pidfd or kill0")
      ->check(CLI::IsMember({"auto", "pidfd", "kill0"}))
      ->capture_default_str();
  std::string lanes = "Where to run:";
  for (const LaneDescription& lane : all_lanes()) lanes += fmt::format(" {} ({});", lane.name, lane.what);
  lanes.back() = '.';
  command
      .add_option("--lane", options.lane,
                  lanes +
                      " A guest runs what this host cannot and what is for cgroup controllers, unless cases are named "
                      "or --all is given")
      ->capture_default_str()
      ->type_name("NAME");
  command
      .add_option("--cgroup-driver", options.cgroup_driver,
                  "Who makes the containers' cgroups: cgroupfs (the runtime) or systemd (a scope each, by "
                  "--systemd-cgroup); default: systemd in the lane v2-systemd, cgroupfs elsewhere")
      ->check(CLI::IsMember({"cgroupfs", "systemd"}))
      ->type_name("NAME");
  command.add_flag(
      "--rootless", options.rootless,
      "Call the runtime as a user without privilege: root in a user namespace alone, with subordinate ids, "
      "and with a delegated cgroup where all controllers are on v2. Needs root itself");
  command.add_flag("--all", options.all, "In a guest lane: also the cases that this host can run as well");
  command.add_flag("--stress", options.stress, "Beside a CPU and fork load, to find flakes");
  command.add_option("--repeat", options.repeat, "Run each case N times")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("N");
  command.add_flag("--until-fail", options.until_fail,
                   "Stop at the first red result; repeats 1000 times unless --repeat says otherwise");
  command.add_option("--shuffle", options.shuffle, "A random order, the same for the same seed")->type_name("SEED");
  command.add_flag("--fail-fast", options.fail_fast, "Stop at the first red result");
  command.add_flag("--keep", options.keep, "Leave bundles and scratch directories; the results say where");
  command.add_flag("--no-skips", options.no_skips,
                   "Exit 1 where a case was skipped: for a host that is known to offer everything");
}

void add_output(CLI::App& command, RunOptions& options) {
  command.add_option("--log", options.log, "Write the event log: what report, diff, merge and --rerun-failed read")
      ->type_name("FILE");
  command
      .add_option("--rerun-failed", options.rerun_failed, "Only cases that were red, broken or not reached in this log")
      ->check(CLI::ExistingFile)
      ->type_name("LOG");
  command
      .add_option("--expectations", options.expectations,
                  "What the runtime is known to fail: xfail where it does, xpass (red) where it does not")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  command.add_flag("-v,--verbose", options.verbose, "A line for each case");
  command
      .add_option("--exit-if-skipped", options.exit_if_skipped,
                  "The exit code when every case was skipped or unsupported: for ctest")
      ->check(CLI::Range(0, 255))
      ->type_name("CODE");
}

}  // namespace

void add_timeout_option(CLI::App& command, double& seconds) {
  command.add_option("--timeout", seconds, "Seconds for each case, in place of its own limit")
      ->check(CLI::Range(0.001, 86'400.0, "0.001 - 86400"))
      ->type_name("SECONDS");
}

void add_run_options(CLI::App& command, RunOptions& options) {
  add_runtime_options(command, options.runtime);
  add_select_options(command, options.select);
  add_profile_option(command, options.select);
  add_how(command, options);
  add_output(command, options);
  command.footer(kExamples);
}

std::string rerun_line(const RunOptions& options, const Environment& environment) {
  const std::string& path = options.runtime.path.empty() ? environment.runtime : options.runtime.path;
  std::vector<std::string> words = {environment.program, "run", "--runtime", path};
  const auto add = [&](const char* name, const std::string& value, const char* usual) {
    if (value != usual) words.insert(words.end(), {name, value});
  };
  add("--adapter", options.runtime.adapter, "");
  add("--profile", options.select.profile, "spec");
  add("--wait", options.wait, "auto");
  add("--lane", options.lane, "host");
  add("--cgroup-driver", options.cgroup_driver, "");
  if (options.rootless) words.emplace_back("--rootless");
  if (options.timeout > 0) add("--timeout", fmt::format("{}", options.timeout), "");
  words.push_back("--keep");
  return base::shell_line(words);
}

}  // namespace runproof
