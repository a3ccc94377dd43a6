#include "reference_runtime/wasm/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>
#include <thread>

namespace refrun::wasm {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

struct Diary {
  std::mutex mutex;
  std::vector<int> order;
  std::vector<std::set<std::thread::id>> threads = std::vector<std::set<std::thread::id>>(64);

  void note(int task) {
    const std::lock_guard lock(mutex);
    order.push_back(task);
    threads[static_cast<std::size_t>(task)].insert(std::this_thread::get_id());
  }
};

class Counting final : public Task {
 public:
  Counting(Diary& diary, int id, int slices) : diary_(diary), id_(id), slices_(slices) {}
  Stop run() override {
    diary_.note(id_);
    return --slices_ > 0 ? Stop::yielded : Stop::finished;
  }
  [[nodiscard]] std::shared_ptr<Awaitable> awaited() const override { return nullptr; }

 private:
  Diary& diary_;
  int id_;
  int slices_;
};

TEST(Scheduler, who_yields_goes_to_the_back) {
  Diary diary;
  Scheduler scheduler(1);
  scheduler.add(std::make_shared<Counting>(diary, 0, 4));
  for (int i = 1; i < 4; ++i) scheduler.add(std::make_shared<Counting>(diary, i, 2));
  scheduler.run();
  EXPECT_THAT(diary.order, ElementsAre(0, 1, 2, 3, 0, 1, 2, 3, 0, 0));
}

TEST(Scheduler, the_wrong_policy_lets_the_first_one_finish_first) {
  Diary diary;
  Scheduler scheduler(1, YieldPolicy::front);
  scheduler.add(std::make_shared<Counting>(diary, 0, 3));
  scheduler.add(std::make_shared<Counting>(diary, 1, 2));
  scheduler.run();
  EXPECT_THAT(diary.order, ElementsAre(0, 0, 0, 1, 1));
}

/// Ready after the task has been left alone for good: another thread says so.
class Door final : public Awaitable {
 public:
  void when_ready(std::function<void()> wake) override { thread_ = std::jthread(std::move(wake)); }

 private:
  std::jthread thread_;
};

class Waiting final : public Task {
 public:
  explicit Waiting(Diary& diary) : diary_(diary) {}
  Stop run() override {
    diary_.note(9);
    return ++runs_ < 3 ? Stop::yielded : Stop::finished;
  }
  /// One door for each time: the task may be back before when_ready of the last one has returned.
  [[nodiscard]] std::shared_ptr<Awaitable> awaited() const override { return doors_.at(runs_ - 1); }

 private:
  Diary& diary_;
  std::size_t runs_ = 0;
  std::array<std::shared_ptr<Door>, 2> doors_ = {std::make_shared<Door>(), std::make_shared<Door>()};
};

TEST(Scheduler, a_task_that_awaits_runs_again_when_woken_from_outside) {
  Diary diary;
  Scheduler scheduler(2);
  scheduler.add(std::make_shared<Waiting>(diary));
  scheduler.run();
  EXPECT_THAT(diary.order, ElementsAre(9, 9, 9));
}

/// Two of these per worker keep every worker busy until the last slice of all of them: nobody is idle, so nobody
/// steals.
class Lockstep final : public Task {
 public:
  Lockstep(Diary& diary, int id, std::atomic<int>& left) : diary_(diary), id_(id), left_(left) {}
  Stop run() override {
    if (left_ > 0) diary_.note(id_);
    return --left_ > 0 ? Stop::yielded : Stop::finished;
  }
  [[nodiscard]] std::shared_ptr<Awaitable> awaited() const override { return nullptr; }

 private:
  Diary& diary_;
  int id_;
  std::atomic<int>& left_;
};

TEST(Scheduler, a_busy_worker_keeps_its_tasks) {
  Diary diary;
  std::atomic<int> left = 20000;
  Scheduler scheduler(2);
  for (int i = 0; i < 8; ++i) scheduler.add(std::make_shared<Lockstep>(diary, i, left));
  scheduler.run();
  // A thread that starts late may find its tasks stolen once; nothing moves afterwards.
  std::size_t moves = 0;
  for (int i = 0; i < 8; ++i)
    moves += std::max<std::size_t>(diary.threads[static_cast<std::size_t>(i)].size(), 1) - 1;  // 0: never got a turn
  EXPECT_LE(moves, 4U);
}

class Parent final : public Task {
 public:
  Parent(Diary& diary, Scheduler& scheduler) : diary_(diary), scheduler_(scheduler) {}
  Stop run() override {
    for (int i = 0; i < 50; ++i) scheduler_.add(std::make_shared<Counting>(diary_, i, 3));
    return Stop::finished;
  }
  [[nodiscard]] std::shared_ptr<Awaitable> awaited() const override { return nullptr; }

 private:
  Diary& diary_;
  Scheduler& scheduler_;
};

TEST(Scheduler, tasks_can_add_tasks_and_all_of_them_finish) {
  for (int round = 0; round < 200; ++round) {
    Diary diary;
    Scheduler scheduler(4);
    scheduler.add(std::make_shared<Parent>(diary, scheduler));
    scheduler.run();
    ASSERT_THAT(diary.order, SizeIs(150));
  }
}

}  // namespace
}  // namespace refrun::wasm
