#include "harness/cli/guest_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/json.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/guest_program.h"
#include "harness/run/log_frame.h"

namespace runproof {
namespace {

/// Turns the guest's log, which comes in pieces, into what happens in a run.
class GuestEvents {
 public:
  GuestEvents(const std::vector<PlannedRun>& runs, const Environment& environment, EventLog& log, RunListener& listener)
      : runs_(runs), environment_(environment), log_(log), listener_(listener) {}

  void take(base::Json json) {
    const std::string kind = json.value("event", "");
    if (kind == "header") {
      json["argv"] = environment_.argv;
      log_.write(json);
      began_ = true;
      return;
    }
    const std::string id = json.value("id", "");
    const int attempt = json.value("attempt", 1);
    for (const PlannedRun& run : runs_) {
      if (run.one->id != id || run.attempt != attempt) continue;
      if (kind == "start") listener_.began(run, json.value("at_ms", 0.0));
      if (kind == "result" && reported_.insert({id, attempt}).second) listener_.ended(run, json);
      return;
    }
  }

  /// A log begins with a header, also where the guest did not come to write its own.
  void begin_unless_begun(const base::Json& header) {
    if (!std::exchange(began_, true)) log_.write(header);
  }

  /// For every case that the guest owes a result.
  void break_the_rest(const std::string& message, const std::string& console) {
    for (const PlannedRun& run : runs_) {
      if (reported_.contains({run.one->id, run.attempt})) continue;
      const base::Json facts = describe(*run.one);
      listener_.ended(run, {{"event", "result"},
                            {"id", run.one->id},
                            {"attempt", run.attempt},
                            {"outcome", "broken"},
                            {"leak", false},
                            {"at_ms", 0},
                            {"took_ms", 0},
                            {"runtime_ms", 0},
                            {"message", message},
                            {"failures", {{{"text", message + "\nthe guest's console ends with:\n" + console}}}},
                            {"clause", facts.at("clause")},
                            {"level", facts.at("level")},
                            {"claim", facts.at("claim")},
                            {"area", facts.at("area")}});
    }
  }

 private:
  const std::vector<PlannedRun>& runs_;
  const Environment& environment_;
  EventLog& log_;
  RunListener& listener_;
  bool began_ = false;
  std::set<std::pair<std::string, int>> reported_;
};

std::vector<std::string> guest_words(const GuestRun& run, const std::vector<PlannedRun>& runs, int jobs) {
  const RunOptions& options = run.options;
  std::vector<std::string> words = {"run", "--runtime", run.context.runtime.path};
  const auto add = [&](std::initializer_list<std::string> more) { words.insert(words.end(), more); };
  add({"--adapter", options.runtime.adapter.empty() ? run.context.runtime.name : options.runtime.adapter});
  add({"--lane", options.lane, "--log", kGuestLog, "--jobs", std::to_string(jobs)});
  add({"--wait", options.wait, "--profile", options.select.profile, "--repeat", std::to_string(options.repeat)});
  if (!options.cgroup_driver.empty()) add({"--cgroup-driver", options.cgroup_driver});
  if (options.timeout > 0) add({"--timeout", fmt::format("{}", options.timeout)});
  if (options.shuffle) add({"--shuffle", std::to_string(*options.shuffle)});
  if (options.rootless) words.emplace_back("--rootless");
  if (options.stress) words.emplace_back("--stress");
  if (options.fail_fast) words.emplace_back("--fail-fast");
  if (!options.expectations.empty()) add({"--expectations", std::filesystem::absolute(options.expectations).string()});
  std::set<std::string> named;
  for (const PlannedRun& one : runs)
    if (named.insert(one.one->id).second) words.push_back(one.one->id);
  return words;
}

base::Json header_of(const GuestRun& run, const std::vector<PlannedRun>& runs, int jobs) {
  std::vector<const Case*> cases;
  for (const PlannedRun& one : runs)
    if (one.attempt == 1) cases.push_back(one.one);
  return header_event(run.context, {.cases = cases,
                                    .repeat = run.options.repeat,
                                    .jobs = static_cast<std::size_t>(jobs),
                                    .lane = run.options.lane,
                                    .rootless = run.options.rootless,
                                    .argv = run.environment.argv});
}

}  // namespace

std::chrono::milliseconds longest_limit(const std::vector<PlannedRun>& runs, double timeout_s) {
  if (timeout_s > 0) return std::chrono::milliseconds(static_cast<long>(timeout_s * 1000));
  std::chrono::milliseconds longest{0};
  for (const PlannedRun& run : runs) longest = std::max(longest, run.one->info.limit);
  return longest;
}

std::optional<int> run_cases_in_guest(const GuestRun& run, const std::vector<PlannedRun>& runs, EventLog& log,
                                      RunListener& listener) {
  const int cpus = std::max(run.context.facts.cpus, 1);
  const int jobs = run.options.jobs > 0 ? static_cast<int>(run.options.jobs) : cpus;
  GuestEvents events(runs, run.environment, log, listener);
  const GuestAnswer answer =
      run_in_guest({.lane = run.lane,
                    .words = guest_words(run, runs, jobs),
                    .directory = run.context.stage,
                    .cpus = std::min(jobs, cpus),
                    .longest = longest_limit(runs, run.options.timeout) * (run.options.stress ? kStressScale : 1)},
                   run.environment, [&](const base::Json& event) { events.take(event); });
  events.begin_unless_begun(header_of(run, runs, jobs));
  if (answer.signal) return answer.signal;
  if (answer.exit == kSuiteBroken) fmt::print(stderr, "the guest's console ends with:\n{}", answer.console);
  // A run that stopped at its first red result owes nothing.
  const bool stopped_early = answer.exit && run.options.fail_fast;
  if (!stopped_early) events.break_the_rest(answer.why, answer.console);
  return std::nullopt;
}

}  // namespace runproof
