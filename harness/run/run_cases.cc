#include "harness/run/run_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "harness/run/case_worker.h"
#include "harness/run/stress_load.h"
#include "harness/run/verdict.h"
#include "harness/run/worker_pool.h"
#include "harness/runtime/googletest.h"

namespace runproof {
namespace {

using namespace std::chrono_literals;
using Clock = WorkerProcess::Clock;

/// A worker gives up waiting when its limit has passed and the picture of what is still alive has been taken.
constexpr auto kAfterPicture = 100ms;

double milliseconds(std::chrono::nanoseconds span) { return std::chrono::duration<double, std::milli>(span).count(); }

/// What a worker wrote; null where that is nothing or half an object.
base::Json parse_report(const std::string& text) {
  try {
    base::Json report = base::parse_json(text);
    if (report.is_object()) return report;
  } catch (const base::JsonError&) {
  }
  return nullptr;
}

/// What each worker would have to do, and inherits. The first throw in a static program sorts the table of its frames.
void prepare_for_workers() {
  prepare_googletest();
  try {
    throw std::exception();
  } catch (const std::exception&) {
  }
}

/// No room is left for what a case needs at least: a config.json and a few records.
bool is_full(const std::filesystem::path& directory) {
  constexpr std::uintmax_t kLeast = std::uintmax_t{256} * 1024;
  std::error_code unknown;
  const auto space = std::filesystem::space(directory, unknown);
  return !unknown && space.available < kLeast;
}

class CasePool final : public PoolClient {
 public:
  CasePool(const std::vector<PlannedRun>& runs, const RunSetup& setup, RunListener& listener)
      : runs_(runs),
        setup_(setup),
        context_(setup.context),
        listener_(listener),
        pool_(work_items(), setup.jobs, *this) {
    if (setup.stress) load_ = std::make_unique<StressLoad>(std::max(setup.context.facts.cpus, 1));
  }

  std::optional<int> run() {
    prepare_for_workers();
    pool_.run();
    return pool_.interrupted_by();
  }

  int work(std::size_t item, int report_fd) override {
    return work_on_case(runs_[item], std::move(context_of(item)), report_fd);  // the worker's copy is its own
  }

  void began(std::size_t item) override { listener_.began(runs_[item], milliseconds(Clock::now() - start_)); }

  void ended(WorkEnd end) override {
    const PlannedRun& run = runs_[end.item];
    base::Json result = result_of(run, end);
    for (const Leftover& leftover : sweep_after(end)) result["leftovers"].push_back(leftover);
    result["leak"] = result.contains("leftovers") && !result["leftovers"].empty();
    if (setup_.overlay) setup_.overlay(*run.one, result);
    if (listener_.ended(run, result) == RunListener::Next::stop) pool_.stop();
  }

  void cut_off(std::size_t item) override { static_cast<void>(sweep(traces_left(item), Patience::none)); }

  void tick() override { listener_.tick(); }

 private:
  std::vector<WorkItem> work_items() const {
    std::vector<WorkItem> items;
    for (const PlannedRun& run : runs_)
      items.push_back({.lock = std::string(run.one->info.lock), .limit = limit_of(run)});
    return items;
  }

  std::chrono::milliseconds limit_of(const PlannedRun& run) const {
    const std::chrono::duration<double, std::milli> limit = setup_.timeout.value_or(run.one->info.limit);
    return std::chrono::ceil<std::chrono::milliseconds>(limit * setup_.context.deadline_scale);
  }

  /// The one context, made this case's. A copy for each would cost: it has all that is known of the host.
  Context& context_of(std::size_t item) {
    context_.number = setup_.first_number + static_cast<int>(item);
    context_.scratch = setup_.directory / fmt::format("{}", context_.number);
    context_.case_deadline = base::Deadline::in(limit_of(runs_[item]) + kAfterPicture);
    return context_;
  }

  /// After a worker that did its job there is nothing but what it kept.
  Traces traces_left(std::size_t item) {
    Traces traces = traces_of(context_of(item));
    traces.spared = pool_.workers();
    if (load_) traces.spared.insert(load_->pid());
    return traces;
  }

  /// A worker that came to its end has looked for cgroups itself; who outlived it may have made more.
  std::vector<Leftover> sweep_after(const WorkEnd& end) {
    Traces traces = traces_left(end.item);
    traces.cgroups = end.timed_out || end.exit.signal != 0 || end.exit.code != 0;
    std::vector<Leftover> left = sweep(traces, Patience::none);
    if (left.empty() || traces.cgroups) return left;
    traces.cgroups = true;
    for (Leftover& more : sweep(traces, Patience::none)) left.push_back(std::move(more));
    return left;
  }

  base::Json result_of(const PlannedRun& run, const WorkEnd& end) const {
    base::Json result = parse_report(end.report);
    Seen seen{.exit = end.exit,
              .timed_out = end.timed_out,
              .limit = limit_of(run),
              .output = end.output,
              .disk_full = is_full(setup_.directory)};
    if (result.is_object()) {
      seen.said = outcome_from(result.value("outcome", ""));
      seen.message = result.value("message", "");
    } else {
      result = base::Json::object();
    }
    const Verdict verdict = decide(seen);
    const CaseInfo& info = run.one->info;
    result.update({{"event", "result"},
                   {"id", run.one->id},
                   {"attempt", run.attempt},
                   {"outcome", to_text(verdict.outcome)},
                   {"message", verdict.message},
                   {"at_ms", milliseconds(end.began + end.took - start_)},
                   {"took_ms", milliseconds(end.took)},
                   {"area", run.one->area},
                   {"level", to_text(info.level)},
                   {"clause", info.clause},
                   {"claim", info.claim},
                   {"rerun", fmt::format("{} {}", setup_.rerun, base::shell_quote(run.one->id))}});
    if (!result.contains("runtime_ms")) result["runtime_ms"] = 0;
    for (const Diagnosis& survivor : end.survivors) result["diagnosis"].push_back(survivor);
    return result;
  }

  const std::vector<PlannedRun>& runs_;
  const RunSetup& setup_;
  Context context_;
  RunListener& listener_;
  Clock::time_point start_ = Clock::now();
  WorkerPool pool_;
  std::unique_ptr<StressLoad> load_;
};

}  // namespace

std::optional<int> run_cases(const std::vector<PlannedRun>& runs, const RunSetup& setup, RunListener& listener) {
  return CasePool(runs, setup, listener).run();
}

}  // namespace runproof
