#include "reference_runtime/wasm/scheduler.h"

#include <algorithm>
#include <thread>

namespace refrun::wasm {
namespace {

// After this many tasks from its own queue a worker looks at what came from outside first, or that would starve.
constexpr std::uint32_t kOutsideInterval = 61;
// After this many tasks in a row from the `next` slot, two tasks that wake each other must queue up like anybody.
constexpr std::uint32_t kNextStreak = 3;

thread_local const Scheduler* t_scheduler = nullptr;
thread_local std::uint32_t t_worker = 0;

}  // namespace

Scheduler::Scheduler(std::uint32_t workers, YieldPolicy policy) : policy_(policy) {
  for (std::uint32_t i = 0; i < std::max(1U, workers); ++i) workers_.push_back(std::make_unique<Worker>());
}

Scheduler::~Scheduler() = default;

std::optional<std::uint32_t> Scheduler::current_worker() {
  return t_scheduler ? std::optional(t_worker) : std::nullopt;
}

void Scheduler::add(TaskPtr task) {
  ++unfinished_;
  const std::lock_guard lock(mutex_);
  outside_.push_back(std::move(task));
  ++version_;
  changed_.notify_one();
}

void Scheduler::run() {
  {
    // Fair from the start: the tasks there are, dealt out in order.
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; !outside_.empty(); ++i, outside_.pop_front()) {
      workers_[i % workers_.size()]->queue.push_back(std::move(outside_.front()));
    }
  }
  std::vector<std::jthread> threads;
  for (std::uint32_t i = 1; i < workers_.size(); ++i) threads.emplace_back([this, i] { work(i); });
  work(0);
}

void Scheduler::work(std::uint32_t index) {
  t_scheduler = this;
  t_worker = index;
  do {
    while (TaskPtr task = find(index)) step(index, std::move(task));
  } while (sleep());
  t_scheduler = nullptr;
}

Scheduler::TaskPtr Scheduler::find(std::uint32_t index) {
  Worker& worker = *workers_[index];
  if (++worker.ticks % kOutsideInterval == 0) {
    if (TaskPtr task = take_outside()) return task;
  }
  if (TaskPtr task = take_local(worker)) return task;
  if (TaskPtr task = take_outside()) {
    // Who yielded waits behind this one, but no longer.
    for (TaskPtr& deferred : worker.deferred) push_local(worker, std::move(deferred));
    worker.deferred.clear();
    return task;
  }
  if (!worker.deferred.empty()) {
    for (TaskPtr& deferred : worker.deferred) push_local(worker, std::move(deferred));
    worker.deferred.clear();
    return take_local(worker);
  }
  return steal(index);
}

Scheduler::TaskPtr Scheduler::take_local(Worker& worker) {
  if (worker.next && worker.next_streak < kNextStreak) {
    ++worker.next_streak;
    return std::move(worker.next);
  }
  worker.next_streak = 0;
  const std::lock_guard lock(worker.mutex);
  if (worker.next) worker.queue.push_back(std::move(worker.next));
  if (worker.queue.empty()) return nullptr;
  TaskPtr task = std::move(worker.queue.front());
  worker.queue.pop_front();
  return task;
}

Scheduler::TaskPtr Scheduler::take_outside() {
  const std::lock_guard lock(mutex_);
  if (outside_.empty()) return nullptr;
  TaskPtr task = std::move(outside_.front());
  outside_.pop_front();
  return task;
}

Scheduler::TaskPtr Scheduler::steal(std::uint32_t index) {
  for (std::size_t i = 1; i < workers_.size(); ++i) {
    Worker& victim = *workers_[(index + i) % workers_.size()];
    std::vector<TaskPtr> loot;
    {
      const std::lock_guard lock(victim.mutex);
      for (std::size_t n = (victim.queue.size() + 1) / 2; n > 0; --n) {
        loot.push_back(std::move(victim.queue.front()));
        victim.queue.pop_front();
      }
    }
    if (loot.empty()) continue;
    for (std::size_t k = 1; k < loot.size(); ++k) push_local(*workers_[index], std::move(loot[k]));
    return std::move(loot.front());
  }
  return nullptr;
}

void Scheduler::step(std::uint32_t index, TaskPtr task) {
  Worker& worker = *workers_[index];
  const Stop stop = task->run();
  if (stop != Stop::yielded && stop != Stop::suspended) {
    task.reset();
    if (--unfinished_ == 0) {
      const std::lock_guard lock(mutex_);
      ++version_;
      changed_.notify_all();
    }
    return;
  }
  if (const std::shared_ptr<Awaitable> awaited = task->awaited()) {
    // From here on another thread may run it: it is not ours any more.
    awaited->when_ready([this, task = std::move(task)]() mutable { wake(std::move(task)); });
  } else if (policy_ == YieldPolicy::front) {
    worker.next = std::move(task);
    worker.next_streak = 0;
  } else {
    worker.deferred.push_back(std::move(task));
  }
}

void Scheduler::wake(TaskPtr task) {
  if (t_scheduler != this) {
    const std::lock_guard lock(mutex_);
    outside_.push_back(std::move(task));
    ++version_;
    changed_.notify_one();
    return;
  }
  Worker& worker = *workers_[t_worker];
  if (worker.next) push_local(worker, std::move(worker.next));
  worker.next = std::move(task);
}

void Scheduler::push_local(Worker& worker, TaskPtr task) {
  {
    const std::lock_guard lock(worker.mutex);
    worker.queue.push_back(std::move(task));
  }
  wake_sleeper();
}

void Scheduler::wake_sleeper() {
  if (sleeping_ == 0) return;
  const std::lock_guard lock(mutex_);
  ++version_;
  changed_.notify_one();
}

/// False when there is nothing left to wait for.
bool Scheduler::sleep() {
  std::unique_lock lock(mutex_);
  if (unfinished_ == 0) return false;
  if (!outside_.empty()) return true;
  const std::uint64_t seen = version_;
  ++sleeping_;
  // Announced: now whoever pushes work says so. What was pushed just before must be looked for once more.
  lock.unlock();
  const bool found = std::any_of(workers_.begin(), workers_.end(), [](const auto& worker) {
    const std::lock_guard worker_lock(worker->mutex);
    return !worker->queue.empty();
  });
  lock.lock();
  if (!found) changed_.wait(lock, [&] { return version_ != seen || unfinished_ == 0; });
  --sleeping_;
  return true;
}

}  // namespace refrun::wasm
