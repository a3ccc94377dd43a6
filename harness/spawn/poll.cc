#include "harness/spawn/poll.h"

#include <time.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <vector>

#include "base/scope_exit.h"
#include "base/sys_error.h"
#include "harness/spawn/reaper.h"
#include "harness/spawn/time_waited.h"

namespace runproof {
namespace {

timespec to_timespec(std::chrono::nanoseconds span) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span);
  return {.tv_sec = seconds.count(), .tv_nsec = (span - seconds).count()};
}

void (*interruption_check)() = nullptr;
/// A signal that comes between the check and the wait does not end the wait: it is seen that much later.
constexpr std::chrono::nanoseconds kUnchecked = std::chrono::milliseconds{200};
std::atomic<std::chrono::nanoseconds::rep> nanoseconds_waited = 0;

}  // namespace

void set_interruption_check(void (*check)()) { interruption_check = check; }

Woken poll_once(std::span<pollfd> fds, base::Deadline deadline) {
  Reaper& reaper = Reaper::instance();
  std::vector<pollfd> all(fds.begin(), fds.end());
  all.push_back({.fd = reaper.signal_fd(), .events = POLLIN, .revents = 0});  // -1 is ignored by poll(2)
  const auto adopted = reaper.adopted_fds();
  for (const auto& fd : adopted) all.push_back({.fd = fd->get(), .events = POLLIN, .revents = 0});
  for (;;) {
    if (interruption_check != nullptr) interruption_check();
    const timespec left =
        to_timespec(interruption_check == nullptr ? deadline.left() : std::min(deadline.left(), kUnchecked));
    const int count = ::ppoll(all.data(), all.size(), &left, nullptr);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw base::SysError("poll");
    const auto own = std::count_if(all.begin() + static_cast<std::ptrdiff_t>(fds.size()), all.end(),
                                   [](const pollfd& entry) { return entry.revents != 0; });
    const bool child = own != 0;
    if (child) reaper.reap_now();
    for (std::size_t at = 0; at < fds.size(); ++at) fds[at].revents = all[at].revents;
    if (count > own) return Woken::ready;
    if (child) return Woken::child;
    if (deadline.passed()) return Woken::deadline;
  }
}

std::chrono::nanoseconds time_waited() { return std::chrono::nanoseconds(nanoseconds_waited); }

bool poll_until(std::span<pollfd> fds, base::Deadline deadline) {
  const auto begin = std::chrono::steady_clock::now();
  const base::ScopeExit count([begin] {
    const std::chrono::nanoseconds took = std::chrono::steady_clock::now() - begin;
    nanoseconds_waited += took.count();
  });
  for (;;) {
    const Woken woken = poll_once(fds, deadline);
    if (woken != Woken::child) return woken == Woken::ready;
  }
}

bool poll_until(int fd, short events, base::Deadline deadline) {
  pollfd entry{.fd = fd, .events = events, .revents = 0};
  return poll_until(std::span(&entry, 1), deadline);
}

}  // namespace runproof
