#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "reference_runtime/wasm/execution.h"

namespace refrun::wasm {

/// Something that runs in slices. Only one worker holds it at a time, not always the same.
class Task {
 public:
  Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  virtual ~Task() = default;
  /// One slice. `yielded` and `suspended` want another one; after any other answer the task is dropped.
  virtual Stop run() = 0;
  /// What to wait for before the next slice; nullptr: run it again as soon as those who waited have had their turn.
  [[nodiscard]] virtual std::shared_ptr<Awaitable> awaited() const = 0;
};

/// Where a task that yields goes.
enum class YieldPolicy : std::uint8_t {
  back,   // behind everything that was waiting
  front,  // wrong, for tests and benchmarks only: into the slot that runs next, so nobody else gets a turn
};

/// Many tasks on N threads, in the manner of tokio: each worker has a queue, a slot for the task just woken (run next,
/// for locality) and a list of tasks that yielded. That list goes to the back of the queue when the queue is empty, and
/// cannot be stolen before: so a task stays on its thread as long as that has other work. A worker without work takes
/// what came from outside, then steals half of another's queue, then sleeps.
class Scheduler {
 public:
  explicit Scheduler(std::uint32_t workers, YieldPolicy policy = YieldPolicy::back);
  ~Scheduler();

  /// Before run(), or from a task.
  void add(std::shared_ptr<Task> task);
  /// Runs until every task is done. Once.
  void run();

  /// The worker that the calling thread is, of the scheduler it belongs to; nullopt on other threads.
  static std::optional<std::uint32_t> current_worker();

 private:
  using TaskPtr = std::shared_ptr<Task>;
  struct Worker {
    std::mutex mutex;  // for `queue`: the rest is its thread's own
    std::deque<TaskPtr> queue;
    TaskPtr next;
    std::uint32_t next_streak = 0;
    std::vector<TaskPtr> deferred;
    std::uint32_t ticks = 0;
  };

  void work(std::uint32_t index);
  TaskPtr find(std::uint32_t index);
  TaskPtr take_local(Worker& worker);
  TaskPtr take_outside();
  TaskPtr steal(std::uint32_t index);
  void step(std::uint32_t index, TaskPtr task);
  void wake(TaskPtr task);
  void push_local(Worker& worker, TaskPtr task);
  bool sleep();
  void wake_sleeper();

  YieldPolicy policy_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::mutex mutex_;  // for what follows
  std::condition_variable changed_;
  std::deque<TaskPtr> outside_;
  std::uint64_t version_ = 0;  // of "there may be work"; read before looking for work, compared before sleeping
  std::atomic<std::uint32_t> sleeping_ = 0;
  std::atomic<std::uint64_t> unfinished_ = 0;
};

}  // namespace refrun::wasm
