#include "harness/observe/death.h"

#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>

#include "base/pidfd.h"
#include "base/sys_error.h"
#include "harness/observe/cgroup.h"
#include "harness/observe/kill0.h"
#include "harness/spawn/pidfd_or_none.h"
#include "harness/spawn/poll.h"

namespace runproof {
namespace {

bool is_in(pid_t pid, std::string_view cgroup) {
  const auto memberships = memberships_of(pid);
  if (!memberships) return false;
  return std::any_of(memberships->begin(), memberships->end(), [&](const CgroupMembership& membership) {
    return membership.path == cgroup || membership.path.starts_with(std::string(cgroup) + "/");
  });
}

int count_living_threads(pid_t pid) {
  const std::vector<pid_t> threads = threads_of(pid);
  return static_cast<int>(std::count_if(threads.begin(), threads.end(), [pid](pid_t tid) {
    const auto stat = thread_stat(pid, tid);
    return stat && !stat->is_zombie();
  }));
}

}  // namespace

std::string_view to_text(WaitStrategy strategy) {
  switch (strategy) {
    case WaitStrategy::automatic:
      return "auto";
    case WaitStrategy::pidfd:
      return "pidfd";
    case WaitStrategy::kill0:
      return "kill0";
  }
  return "?";
}

std::optional<WaitStrategy> parse_wait_strategy(std::string_view word) {
  for (const auto strategy : {WaitStrategy::automatic, WaitStrategy::pidfd, WaitStrategy::kill0})
    if (word == to_text(strategy)) return strategy;
  return std::nullopt;
}

std::string_view to_text(Fate fate) {
  switch (fate) {
    case Fate::alive:
      return "alive";
    case Fate::leader_dead:
      return "leader dead";
    case Fate::zombie:
      return "zombie";
    case Fate::gone:
      return "gone";
    case Fate::reused:
      return "reused";
  }
  return "?";
}

Mortal::Mortal(pid_t pid, std::uint64_t start_time, base::UniqueFd pidfd)
    : pid_(pid), start_time_(start_time), pidfd_(std::move(pidfd)) {}

std::optional<Mortal> Mortal::watch(pid_t pid, std::string_view cgroup) {
  const auto before = proc_stat(pid);
  if (!before) return std::nullopt;
  // Whatever still has this start time after the opening is what the pidfd leads to.
  Mortal mortal(pid, before->start_time, pidfd_or_none(pid));
  if (is_dead(mortal.look().fate)) return std::nullopt;
  if (!cgroup.empty() && !is_in(pid, cgroup)) return std::nullopt;
  return mortal;
}

Mortal Mortal::known_as(pid_t pid, std::uint64_t start_time) {
  base::UniqueFd pidfd = pidfd_or_none(pid);
  // Only now: whatever has this start time after the opening is what the pidfd leads to.
  if (!is_same(pid, start_time)) pidfd.reset();
  return {pid, start_time, std::move(pidfd)};
}

Death Mortal::look() const {
  const auto stat = proc_stat(pid_);
  if (!stat) return {.fate = Fate::gone};
  if (stat->start_time != start_time_) return {.fate = Fate::reused};
  if (!stat->is_zombie()) return {.fate = Fate::alive};
  const int living = count_living_threads(pid_);
  return {.fate = living > 0 ? Fate::leader_dead : Fate::zombie, .threads_alive = living};
}

bool Mortal::doomed() const {
  constexpr Mask kKill = Mask{1} << (SIGKILL - 1);
  const std::vector<pid_t> threads = threads_of(pid_);
  return std::ranges::any_of(threads, [this](pid_t tid) {
    const auto status = thread_status(pid_, tid);
    const auto stat = thread_stat(pid_, tid);
    if (!status || !stat) return true;
    return ((status->pending | status->shared_pending) & kKill) != 0 || (stat->exiting && !stat->is_zombie());
  });
}

bool Mortal::signal(int number) const {
  if (pidfd_.valid()) return base::send_signal(pidfd_, number);
  if (!is_same(pid_, start_time_)) return false;
  if (::kill(pid_, number) == 0) return true;
  if (errno == ESRCH) return false;
  throw base::SysError("kill " + std::to_string(pid_));
}

std::optional<Death> Mortal::await_death(base::Deadline deadline, WaitStrategy strategy) const {
  if (strategy == WaitStrategy::kill0) return await_by_kill0(*this, deadline);
  if (!pidfd_.valid()) {
    const Death seen = look();
    if (is_dead(seen.fate)) return seen;
    if (strategy == WaitStrategy::pidfd) throw base::SysError("pidfd_open " + std::to_string(pid_), ENOSYS);
    return await_by_kill0(*this, deadline);
  }
  if (!poll_until(pidfd_.get(), POLLIN, deadline)) return std::nullopt;
  const Death seen = look();
  // A pidfd may be readable early while another thread takes the leader's place by exec.
  return is_dead(seen.fate) ? std::optional(seen) : await_by_kill0(*this, deadline);
}

std::vector<Diagnosis> await_all_dead(std::span<const Mortal> mortals, base::Deadline deadline, WaitStrategy strategy,
                                      const std::function<bool()>& hopeless) {
  constexpr std::chrono::milliseconds kLook{50};
  const auto dies = [&](const Mortal& mortal) {
    while (hopeless) {
      if (mortal.await_death(deadline.sooner(base::Deadline::in(kLook)), strategy)) return true;
      if (deadline.passed()) return false;
      if (hopeless()) deadline = base::Deadline::in(std::chrono::nanoseconds{0});
    }
    return mortal.await_death(deadline, strategy).has_value();
  };
  // One after the other under one deadline takes as long as the last of them.
  std::vector<Diagnosis> survivors;
  for (const Mortal& mortal : mortals)
    if (!dies(mortal)) survivors.push_back(mortal.diagnose());
  return survivors;
}

}  // namespace runproof
