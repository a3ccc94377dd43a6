// One long and three short tasks on one worker: who waits for whom, when a task that yields goes to the back of the
// queue, and when it goes to the front. Then 16 tasks on 4 workers: who stays on its thread.

#include <fmt/format.h>

#include <chrono>
#include <mutex>
#include <set>
#include <thread>

#include "base/file.h"
#include "reference_runtime/wasm/scheduler.h"
#include "reference_runtime/wasm/ticker.h"

namespace {

using namespace refrun::wasm;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kLoop = R"((module (func (export "run") (param i32) (local i32)
  (loop (local.set 1 (i32.add (i32.mul (local.get 1) (i32.const 31)) (local.get 0)))
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))))";
constexpr std::uint32_t kShort = 3'000'000;
constexpr std::uint32_t kLong = 20 * kShort;
constexpr std::uint64_t kSlice = 4'000'000;  // fuel: some milliseconds

struct Diary {
  std::mutex mutex;
  std::vector<int> order = {};
  std::vector<double> finished = std::vector<double>(64);
  std::vector<std::set<std::uint32_t>> workers = std::vector<std::set<std::uint32_t>>(64);
  int done = 0;
  int moved_while_busy = 0;  // onto another thread, before the first task of all was done: until then nobody is idle
  int moved_at_all = 0;
  Clock::time_point start = Clock::now();
};

class Loop final : public Task {
 public:
  Loop(Diary& diary, int id, const std::shared_ptr<const Module>& module, std::uint32_t rounds)
      : diary_(diary), id_(id), store_(memory_), execution_(&meter_) {
    meter_.limit_fuel(kSlice);
    meter_.on_deadline([](Deadline) { return Decision::yield(kSlice); });
    Instance& instance = store_.instantiate(module, [](auto, auto) { return std::nullopt; });
    const Value args[] = {Value::i32(rounds)};
    execution_.call(*instance.find_function("run"), args);
  }
  Stop run() override {
    {
      const std::lock_guard lock(diary_.mutex);
      diary_.order.push_back(id_);
      std::set<std::uint32_t>& workers = diary_.workers[static_cast<std::size_t>(id_)];
      if (workers.insert(*Scheduler::current_worker()).second && workers.size() > 1) {
        ++diary_.moved_at_all;
        if (diary_.done == 0) ++diary_.moved_while_busy;
      }
    }
    const Stop stop = execution_.run();
    if (stop != Stop::yielded) {
      const std::lock_guard lock(diary_.mutex);
      ++diary_.done;
      diary_.finished[static_cast<std::size_t>(id_)] =
          std::chrono::duration<double, std::milli>(Clock::now() - diary_.start).count();
    }
    return stop;
  }
  [[nodiscard]] std::shared_ptr<Awaitable> awaited() const override { return nullptr; }

 private:
  Diary& diary_;
  int id_;
  OnDemandSource memory_;
  Store store_;
  Meter meter_;
  Execution execution_;
};

/// Strictly round-robin: between two turns of a task, each other task that is not done yet has exactly one.
bool is_round_robin(const std::vector<int>& order, int tasks) {
  std::vector<int> turns(static_cast<std::size_t>(tasks));
  std::vector<int> total(static_cast<std::size_t>(tasks));
  for (int id : order) ++total[static_cast<std::size_t>(id)];
  for (int id : order) {
    const int mine = ++turns[static_cast<std::size_t>(id)];
    for (int other = 0; other < tasks; ++other) {
      const auto at = static_cast<std::size_t>(other);
      const int due = std::min(total[at], other <= id ? mine : mine - 1);
      if (turns[at] != due) return false;
    }
  }
  return true;
}

struct Result {
  double shorts = 0;  // ms until the last short task is done
  bool round_robin = false;
};

Result one_worker(YieldPolicy policy, const std::shared_ptr<const Module>& module) {
  Diary diary;
  Scheduler scheduler(1, policy);
  scheduler.add(std::make_shared<Loop>(diary, 0, module, kLong));
  for (int i = 1; i < 4; ++i) scheduler.add(std::make_shared<Loop>(diary, i, module, kShort));
  diary.start = Clock::now();
  scheduler.run();
  return {std::max({diary.finished[1], diary.finished[2], diary.finished[3]}), is_round_robin(diary.order, 4)};
}

void four_workers(Diary& diary, const std::shared_ptr<const Module>& module) {
  Scheduler scheduler(4);
  for (int i = 0; i < 16; ++i) scheduler.add(std::make_shared<Loop>(diary, i, module, 2 * kLong));
  diary.start = Clock::now();
  scheduler.run();
}

}  // namespace

int main() {
  const auto module = load_module("loop.wat", kLoop, Metering::on);
  const Result back = one_worker(YieldPolicy::back, module);
  const Result front = one_worker(YieldPolicy::front, module);
  fmt::print(
      "1 long, 3 short, 1 worker: the short ones are done after\n  back of the queue  {:6.1f} ms, round-robin: {}\n",
      back.shorts, back.round_robin ? "yes" : "NO");
  fmt::print("  front of the queue {:6.1f} ms ({:.2f}x of it; wanted at most 0.5x)\n", front.shorts,
             back.shorts / front.shorts);
  Diary diary;
  four_workers(diary, module);
  fmt::print("16 equal tasks, 4 workers: {} moves to another thread while nobody was idle (wanted: 0), {} after that\n",
             diary.moved_while_busy, diary.moved_at_all - diary.moved_while_busy);
  return diary.moved_while_busy == 0 && back.round_robin && back.shorts <= 0.5 * front.shorts ? 0 : 1;
}
