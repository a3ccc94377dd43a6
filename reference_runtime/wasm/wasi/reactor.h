#pragma once

#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/unique_fd.h"
#include "reference_runtime/wasm/wasi/world.h"

namespace refrun::wasm::wasi {

/// Waits for descriptors and times on one thread, for all tasks of a scheduler. Outlives what waits on it.
class Reactor final : public Waiter {
 public:
  using Clock = std::chrono::steady_clock;

  /// Throws SysError.
  Reactor();
  ~Reactor() override;

  std::shared_ptr<Awaitable> ready(std::vector<pollfd> fds, std::optional<Clock::time_point> until) override;

 private:
  class Wait;
  struct Entry {
    std::vector<pollfd> fds;
    std::optional<Clock::time_point> until;
    std::function<void()> wake;
  };

  void add(Entry entry);
  void run();
  void nudge() const;

  base::UniqueFd nudged_;  // an eventfd
  std::mutex mutex_;
  std::vector<Entry> added_;
  bool stopped_ = false;
  std::thread thread_;
};

}  // namespace refrun::wasm::wasi
