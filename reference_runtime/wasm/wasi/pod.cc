#include "reference_runtime/wasm/wasi/pod.h"

#include <time.h>

#include "reference_runtime/wasm/scheduler.h"
#include "reference_runtime/wasm/ticker.h"
#include "reference_runtime/wasm/wasi/reactor.h"

namespace refrun::wasm::wasi {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick{1};

std::chrono::nanoseconds thread_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

class MemberTask final : public Task {
 public:
  MemberTask(Member member, MemorySource& memory, const Epoch& epoch, Ending& ending)
      : limits_(member.limits),
        ending_(ending),
        program_(std::move(member.module), memory, std::move(member.world), &meter_) {
    if (limits_.fuel) meter_.limit_fuel(*limits_.fuel);
    meter_.limit_epoch(epoch, 1);
    meter_.on_deadline([this](Deadline deadline) {
      if (deadline == Deadline::fuel) return Decision::trap();
      return is_late() ? Decision::trap(Trap::deadline) : Decision::yield(1);
    });
    if (limits_.wall_time) wall_end_ = Clock::now() + *limits_.wall_time;
  }

  Stop run() override {
    slice_began_ = thread_time();
    const Stop stop = program_.run();
    cpu_used_ += thread_time() - slice_began_;
    if (stop != Stop::yielded && stop != Stop::suspended) ending_ = program_.ending();
    return stop;
  }
  [[nodiscard]] std::shared_ptr<Awaitable> awaited() const override { return program_.awaited(); }

 private:
  [[nodiscard]] bool is_late() const {
    if (wall_end_ && Clock::now() >= *wall_end_) return true;
    return limits_.cpu_time && cpu_used_ + (thread_time() - slice_began_) >= *limits_.cpu_time;
  }

  RunLimits limits_;
  Ending& ending_;
  Meter meter_;
  Program program_;
  std::optional<Clock::time_point> wall_end_ = std::nullopt;
  std::chrono::nanoseconds slice_began_ = {};
  std::chrono::nanoseconds cpu_used_ = {};
};

}  // namespace

std::vector<Ending> run_pod(std::vector<Member> members, std::uint32_t workers, MemorySource& memory) {
  std::vector<Ending> endings(members.size());
  Reactor reactor;
  Epoch epoch;
  Ticker ticker(epoch, kTick);
  Scheduler scheduler(workers);
  for (std::size_t i = 0; i < members.size(); ++i) {
    members[i].world->waiter = &reactor;
    scheduler.add(std::make_shared<MemberTask>(std::move(members[i]), memory, epoch, endings[i]));
  }
  scheduler.run();
  return endings;
}

}  // namespace refrun::wasm::wasi
