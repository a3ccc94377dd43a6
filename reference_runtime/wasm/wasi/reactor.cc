#include "reference_runtime/wasm/wasi/reactor.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "base/sys_error.h"

namespace refrun::wasm::wasi {

class Reactor::Wait final : public Awaitable {
 public:
  Wait(Reactor& reactor, std::vector<pollfd> fds, std::optional<Clock::time_point> until)
      : reactor_(reactor), fds_(std::move(fds)), until_(until) {}
  void when_ready(std::function<void()> wake) override { reactor_.add({std::move(fds_), until_, std::move(wake)}); }

 private:
  Reactor& reactor_;
  std::vector<pollfd> fds_;
  std::optional<Clock::time_point> until_;
};

Reactor::Reactor() : nudged_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!nudged_.valid()) throw base::SysError("make an eventfd");
  thread_ = std::thread([this] { run(); });
}

Reactor::~Reactor() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  nudge();
  thread_.join();
}

std::shared_ptr<Awaitable> Reactor::ready(std::vector<pollfd> fds, std::optional<Clock::time_point> until) {
  return std::make_shared<Wait>(*this, std::move(fds), until);
}

void Reactor::add(Entry entry) {
  {
    const std::lock_guard lock(mutex_);
    added_.push_back(std::move(entry));
  }
  nudge();
}

void Reactor::nudge() const {
  const std::uint64_t one = 1;
  static_cast<void>(!write(nudged_.get(), &one, sizeof one));  // full means: nudged already
}

void Reactor::run() {
  std::vector<Entry> entries;
  while (true) {
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) return;
      std::move(added_.begin(), added_.end(), std::back_inserter(entries));
      added_.clear();
    }
    std::vector<pollfd> fds{{nudged_.get(), POLLIN, 0}};
    std::optional<Clock::time_point> first;
    for (const Entry& entry : entries) {
      fds.insert(fds.end(), entry.fds.begin(), entry.fds.end());
      if (entry.until) first = first ? std::min(*first, *entry.until) : entry.until;
    }
    for (pollfd& fd : fds) fd.revents = 0;
    timespec timeout{};
    if (first) {
      const auto left = std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(*first - Clock::now()));
      timeout = {static_cast<time_t>(left.count() / 1'000'000'000), static_cast<long>(left.count() % 1'000'000'000)};
    }
    if (ppoll(fds.data(), fds.size(), first ? &timeout : nullptr, nullptr) < 0) continue;
    std::uint64_t count = 0;
    static_cast<void>(!read(nudged_.get(), &count, sizeof count));
    std::vector<Entry> waiting;
    std::size_t at = 1;
    const auto now = Clock::now();
    for (Entry& entry : entries) {
      const auto mine = fds.begin() + static_cast<std::ptrdiff_t>(at);
      at += entry.fds.size();
      const bool seen = std::any_of(mine, mine + static_cast<std::ptrdiff_t>(entry.fds.size()),
                                    [](const pollfd& fd) { return fd.revents != 0; });
      if (seen || (entry.until && *entry.until <= now)) {
        entry.wake();
      } else {
        waiting.push_back(std::move(entry));
      }
    }
    entries = std::move(waiting);
  }
}

}  // namespace refrun::wasm::wasi
