#include "harness/cli/guest_run.h"

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <utility>

#include "base/json.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "harness/bundle/companion.h"
#include "harness/cli/usage_error.h"
#include "harness/lane/kernel.h"
#include "harness/run/held_signals.h"
#include "harness/run/log_frame.h"

namespace runproof {
namespace {

/// The signals that a session holds, as a descriptor.
class StopSignals {
 public:
  StopSignals() {
    const sigset_t wanted = HeldSignals::set();
    fd_.reset(signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd_.valid()) throw base::SysError("signalfd");
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals() { static_cast<void>(take()); }
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] std::optional<int> take() const {
    signalfd_siginfo info{};
    if (::read(fd_.get(), &info, sizeof info) != sizeof info) return std::nullopt;
    return static_cast<int>(info.ssi_signo);
  }

 private:
  base::UniqueFd fd_;
};

/// Turns the guest's log, which comes in pieces, into what happens in a run.
class GuestEvents {
 public:
  GuestEvents(const std::vector<PlannedRun>& runs, const Environment& environment, EventLog& log, RunListener& listener)
      : runs_(runs), environment_(environment), log_(log), listener_(listener) {}

  void take(std::string_view text) {
    rest_ += text;
    for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
      event(base::parse_json(rest_.substr(0, end)));
      rest_.erase(0, end + 1);
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
  void event(base::Json json) {
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

  const std::vector<PlannedRun>& runs_;
  const Environment& environment_;
  EventLog& log_;
  RunListener& listener_;
  std::string rest_;
  bool began_ = false;
  std::set<std::pair<std::string, int>> reported_;
};

std::vector<std::string> guest_argv(const GuestRun& run, const std::vector<PlannedRun>& runs, int jobs) {
  const RunOptions& options = run.options;
  std::vector<std::string> argv = {std::filesystem::read_symlink("/proc/self/exe"), "run", "--runtime",
                                   run.context.runtime.path};
  const auto add = [&](std::initializer_list<std::string> words) { argv.insert(argv.end(), words); };
  add({"--adapter", run.options.runtime.adapter.empty() ? run.context.runtime.name : run.options.runtime.adapter});
  add({"--lane", options.lane, "--log", "/run/lane/share/log.jsonl", "--jobs", std::to_string(jobs)});
  add({"--wait", options.wait, "--profile", options.select.profile, "--repeat", std::to_string(options.repeat)});
  if (options.timeout > 0) add({"--timeout", fmt::format("{}", options.timeout)});
  if (options.shuffle) add({"--shuffle", std::to_string(*options.shuffle)});
  if (options.rootless) argv.emplace_back("--rootless");
  if (options.stress) argv.emplace_back("--stress");
  if (options.fail_fast) argv.emplace_back("--fail-fast");
  if (!options.expectations.empty()) add({"--expectations", std::filesystem::absolute(options.expectations).string()});
  std::set<std::string> named;
  for (const PlannedRun& one : runs)
    if (named.insert(one.one->id).second) argv.push_back(one.one->id);
  return argv;
}

std::string why_it_ended(const GuestEnd& end, std::chrono::seconds silence) {
  if (end.silent) return fmt::format("the guest said nothing for {} s and was ended", silence.count());
  if (!end.exit) return "the guest ended without an answer";
  return fmt::format("the run in the guest ended with exit code {}: {}", *end.exit, base::trim(end.err));
}

}  // namespace

std::optional<int> run_in_guest(const GuestRun& run, const std::vector<PlannedRun>& runs, EventLog& log,
                                RunListener& listener) {
  const Acceleration acceleration = guest_acceleration();
  fmt::print(stderr, "lane {}: a QEMU guest by {}: {}\n", run.options.lane, acceleration.name, acceleration.why);
  const StopSignals stop;
  GuestJob job{.cwd = std::filesystem::current_path(),
               .guest_init = companion("guest_init"),
               .cache = cache_folder(run.environment.cache, run.environment.home),
               .share = run.context.stage / "lane",
               .systemd = run.lane == Lane::v2_systemd};
  job.cpus = run.options.jobs > 0 ? static_cast<int>(run.options.jobs) : std::max(run.context.facts.cpus, 1);
  job.argv = guest_argv(run, runs, job.cpus);
  job.env = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root",
             "RUNPROOF_IN_LANE=" + run.options.lane};
  std::filesystem::create_directories(job.share);

  GuestEvents events(runs, run.environment, log, listener);
  GuestEnd end;
  try {
    end = run_guest(job, stop.fd(), [&](std::string_view text) { events.take(text); });
  } catch (const Unavailable& error) {
    throw UsageError(fmt::format("lane {}: {}", run.options.lane, error.what()));
  }
  std::vector<const Case*> cases;
  for (const PlannedRun& one : runs)
    if (one.attempt == 1) cases.push_back(one.one);
  const base::Json header = header_event(run.context, {.cases = cases,
                                                       .repeat = run.options.repeat,
                                                       .jobs = static_cast<std::size_t>(job.cpus),
                                                       .lane = run.options.lane,
                                                       .rootless = run.options.rootless,
                                                       .argv = run.environment.argv});
  events.begin_unless_begun(header);
  if (end.stopped) return stop.take().value_or(SIGINT);
  // A run that stopped at its first red result owes nothing.
  const bool stopped_early = end.exit && run.options.fail_fast;
  if (!stopped_early) events.break_the_rest(why_it_ended(end, job.silence), end.console);
  return std::nullopt;
}

}  // namespace runproof
