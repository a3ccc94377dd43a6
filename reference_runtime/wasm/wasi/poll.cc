#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "reference_runtime/wasm/execution.h"
#include "reference_runtime/wasm/wasi/functions.h"

namespace refrun::wasm::wasi {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr std::uint32_t kMaxSubscriptions = 4096;

std::uint64_t now_of(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(time.tv_nsec);
}

/// When a clock subscription fires, on our clock; every clock runs at the same rate, so only the distance counts.
Clock::time_point fires_at(const Subscription& wanted, Clock::time_point began) {
  constexpr std::uint64_t kFar = std::uint64_t{1} << 61;  // 73 years: no overflow when added
  if ((wanted.flags & kAbsoluteTime) == 0) return began + nanoseconds(std::min(wanted.timeout, kFar));
  const std::uint64_t now = now_of(wanted.id == 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC);
  const std::uint64_t left = wanted.timeout > now ? wanted.timeout - now : 0;
  return Clock::now() + nanoseconds(std::min(left, kFar));
}

struct Poll {
  std::vector<Subscription> wanted;
  std::vector<Event> events;
  std::vector<pollfd> fds;
  std::vector<std::size_t> fd_of;  // for each pollfd, which subscription
  std::optional<Clock::time_point> until;
};

Event event_for(const Subscription& wanted, Errno error = Errno::success) {
  return {.userdata = wanted.userdata, .error = error, .type = wanted.type};
}

/// Sorts the subscriptions into clocks, descriptors and those answered at once.
void arrange(Poll& poll, World& world, Clock::time_point began) {
  for (std::size_t i = 0; i < poll.wanted.size(); ++i) {
    const Subscription& wanted = poll.wanted[i];
    if (wanted.type == kClock) {
      if (wanted.id > 1) {
        poll.events.push_back(event_for(wanted, wanted.id > 3 ? Errno::inval : Errno::notsup));
        continue;
      }
      const Clock::time_point at = fires_at(wanted, began);
      poll.until = poll.until ? std::min(*poll.until, at) : at;
      continue;
    }
    try {
      const int host = world.fd(wanted.id, kPollFdReadwrite);
      poll.fds.push_back({host, static_cast<short>(wanted.type == kEventRead ? POLLIN : POLLOUT), 0});
      poll.fd_of.push_back(i);
    } catch (const Refusal& refusal) {
      poll.events.push_back(event_for(wanted, refusal.error));
    }
  }
}

/// Looks, and waits at most until `until`. A signal ends the wait early, with nothing seen.
void look(std::vector<pollfd>& fds, std::optional<Clock::time_point> until) {
  timespec timeout{};
  if (until) {
    const auto left = std::max(nanoseconds(0), std::chrono::duration_cast<nanoseconds>(*until - Clock::now()));
    timeout = {static_cast<time_t>(left.count() / 1'000'000'000), static_cast<long>(left.count() % 1'000'000'000)};
  }
  if (ppoll(fds.data(), fds.size(), until ? &timeout : nullptr, nullptr) >= 0) return;
  if (errno != EINTR) throw Refusal{last_errno()};
  for (pollfd& fd : fds) fd.revents = 0;
}

void collect(Poll& poll) {
  for (std::size_t i = 0; i < poll.fds.size(); ++i) {
    const short seen = poll.fds[i].revents;
    if (seen == 0) continue;
    const Subscription& wanted = poll.wanted[poll.fd_of[i]];
    Event event = event_for(wanted, (seen & POLLNVAL) != 0 ? Errno::badf : Errno::success);
    int bytes = 0;
    struct stat status {};
    if (wanted.type == kEventRead && fstat(poll.fds[i].fd, &status) == 0) {
      if (S_ISREG(status.st_mode)) {
        event.bytes =
            static_cast<std::uint64_t>(std::max<off_t>(status.st_size - lseek(poll.fds[i].fd, 0, SEEK_CUR), 0));
      } else if (ioctl(poll.fds[i].fd, FIONREAD, &bytes) == 0) {
        event.bytes = static_cast<std::uint64_t>(bytes);
      }
    }
    if ((seen & (POLLHUP | POLLERR)) != 0) event.flags = kHangup;
    poll.events.push_back(event);
  }
}

/// Which clocks have fired, told by the same rule that set the end of the wait.
void collect_clocks(Poll& poll, Clock::time_point began) {
  for (const Subscription& wanted : poll.wanted) {
    if (wanted.type != kClock || wanted.id > 1) continue;
    const Clock::time_point at = fires_at(wanted, began);
    if (at <= Clock::now()) poll.events.push_back(event_for(wanted));
  }
}

HostAnswer poll_checked(World& world, HostCall& call) {
  const Guest guest(call.caller.memory());
  const auto in = static_cast<std::uint32_t>(call.args[0]);
  const auto out = static_cast<std::uint32_t>(call.args[1]);
  const auto count = static_cast<std::uint32_t>(call.args[2]);
  const auto stored = static_cast<std::uint32_t>(call.args[3]);
  if (count == 0 || count > kMaxSubscriptions) throw Refusal{Errno::inval};
  static_cast<void>(guest.bytes(out, count * static_cast<std::uint32_t>(sizeof(Event))));
  Poll poll;
  for (std::uint32_t i = 0; i < count; ++i) {
    poll.wanted.push_back(guest.read<Subscription>(in + i * static_cast<std::uint32_t>(sizeof(Subscription))));
    if (poll.wanted.back().type > kEventWrite) throw Refusal{Errno::inval};
  }
  const Clock::time_point began = world.wait_began.value_or(Clock::now());
  arrange(poll, world, began);
  while (true) {
    const bool may_wait = poll.events.empty() && !world.waiter;
    look(poll.fds, may_wait ? poll.until : std::optional(Clock::now()));
    collect(poll);
    collect_clocks(poll, began);
    if (!poll.events.empty()) break;
    if (!world.waiter) continue;
    // The thread goes to somebody else meanwhile, and the call is made again after that.
    world.wait_began = began;
    call.execution.await(world.waiter->ready(poll.fds, poll.until));
    return HostAnswer::suspend;
  }
  world.wait_began.reset();
  for (std::size_t i = 0; i < poll.events.size(); ++i) {
    guest.write(out + static_cast<std::uint32_t>(i * sizeof(Event)), poll.events[i]);
  }
  guest.write(stored, static_cast<std::uint32_t>(poll.events.size()));
  call.args[0] = static_cast<Slot>(Errno::success);
  return HostAnswer::done;
}

}  // namespace

HostAnswer poll_oneoff(void* context, HostCall& call) {
  World& world = *static_cast<World*>(context);
  Errno error = Errno::success;
  try {
    return poll_checked(world, call);
  } catch (const Fault&) {
    error = Errno::fault;
  } catch (const Refusal& refusal) {
    error = refusal.error;
  }
  world.wait_began.reset();
  call.args[0] = static_cast<Slot>(error);
  return HostAnswer::done;
}

}  // namespace refrun::wasm::wasi
