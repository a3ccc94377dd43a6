#include "harness/spawn/reaper.h"

#include <dirent.h>
#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <vector>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "harness/spawn/pidfd_or_none.h"
#include "harness/spawn/poll.h"

namespace runproof {
namespace {

enum class Asked { nobody, running, ended };
struct Answer {
  Asked asked = Asked::nobody;  ///< nobody: it is no child of ours
  pid_t pid = 0;
  ExitStatus status;
};

/// waitid(2) without waiting. __WALL: also children whose exit signal is not SIGCHLD.
Answer ask(idtype_t type, pid_t pid, int options) {
  siginfo_t info = {};
  if (::waitid(type, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | __WALL | options) != 0) {
    if (errno == ECHILD) return {};
    throw base::SysError("waitid");
  }
  if (info.si_pid == 0) return {.asked = Asked::running};
  ExitStatus status;
  (info.si_code == CLD_EXITED ? status.exit : status.signal) = info.si_status;
  return {.asked = Asked::ended, .pid = info.si_pid, .status = status};
}

/// Children of all our threads, zombies included. Where the kernel does not list them (CONFIG_PROC_CHILDREN), every
/// process is asked for.
std::vector<pid_t> children_of_ours() {
  std::vector<pid_t> children;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    const auto text = base::read_file_if_there(task.path() / "children");
    if (!text) continue;
    for (const std::string_view word : base::words(*text))
      if (const auto pid = base::to_number(word)) children.push_back(static_cast<pid_t>(*pid));
  }
  if (!children.empty()) return children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc"))
    if (const auto pid = base::to_number(entry.path().filename().string()))
      children.push_back(static_cast<pid_t>(*pid));
  return children;
}

}  // namespace

Reaper& Reaper::instance() {
  static Reaper reaper;
  return reaper;
}

void Reaper::enable() {
  if (signal_fd_.valid()) return;
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) throw base::SysError("prctl PR_SET_CHILD_SUBREAPER");
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  if (const int error = ::pthread_sigmask(SIG_BLOCK, &child, nullptr)) throw base::SysError("block SIGCHLD", error);
  signal_fd_.reset(::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signal_fd_.valid()) throw base::SysError("signalfd");
}

void Reaper::enable_for_adopted() {
  const std::lock_guard lock(mutex_);
  if (adopts_ || signal_fd_.valid()) return;
  if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) throw base::SysError("prctl PR_SET_CHILD_SUBREAPER");
  adopts_ = true;
}

void Reaper::adopt(pid_t pid) {
  const std::lock_guard lock(mutex_);
  if (adopts_) adopted_[pid] = std::make_shared<const base::UniqueFd>(pidfd_or_none(pid));
}

std::vector<std::shared_ptr<const base::UniqueFd>> Reaper::adopted_fds() {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<const base::UniqueFd>> fds;
  for (const auto& [pid, fd] : adopted_)
    if (fd != nullptr && !held_.contains(pid)) fds.push_back(fd);
  return fds;
}

std::optional<ExitStatus> Reaper::status_of(pid_t pid) {
  const std::lock_guard lock(mutex_);
  const Answer answer = ask(P_PID, pid, WNOWAIT);
  if (answer.asked == Asked::ended) return answer.status;
  const auto found = ended_.find(pid);
  if (answer.asked == Asked::running || found == ended_.end()) return std::nullopt;
  return found->second;
}

std::optional<ExitStatus> Reaper::await_exit(pid_t pid, base::Deadline deadline) {
  const base::UniqueFd pidfd = pidfd_or_none(pid);
  pollfd entry{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
  for (;;) {
    if (const auto status = status_of(pid)) {
      const std::lock_guard lock(mutex_);
      if (!held_.contains(pid)) collect_locked(pid);
      return status;
    }
    if (::kill(pid, 0) != 0 && errno == ESRCH) return std::nullopt;
    const Woken woken = poll_once(std::span(&entry, 1), deadline);
    if (woken == Woken::deadline) return std::nullopt;
    // Dead, but another's zombie: its parent reaps it (POLLHUP, on kernels that say so) or leaves it to us (SIGCHLD).
    if (woken == Woken::ready) entry.events = 0;
    if (entry.revents & POLLHUP) entry.fd = -1;
  }
}

int Reaper::reap_now() {
  const std::lock_guard lock(mutex_);
  return adopts_ ? reap_adopted_locked() : reap_ended_locked();
}

int Reaper::reap_adopted_locked() {
  int reaped = 0;
  for (auto at = adopted_.begin(); at != adopted_.end();) {
    const auto& [pid, fd] = *at;
    if (held_.contains(pid)) {
      ++at;
      continue;
    }
    const bool collected = collect_locked(pid);
    reaped += collected ? 1 : 0;
    if (collected || (::kill(pid, 0) != 0 && errno == ESRCH)) {
      at = adopted_.erase(at);
      continue;
    }
    pollfd entry{.fd = fd == nullptr ? -1 : fd->get(), .events = POLLIN, .revents = 0};
    if (::poll(&entry, 1, 0) > 0) at->second = nullptr;  // another's zombie: it may come to us yet
    ++at;
  }
  return reaped;
}

int Reaper::reap_ended_locked() {
  signalfd_siginfo ignored[16];
  while (signal_fd_.valid() && ::read(signal_fd_.get(), ignored, sizeof ignored) > 0) {
  }
  int reaped = 0;
  for (;;) {
    const Answer next = ask(P_ALL, 0, WNOWAIT);
    if (next.asked != Asked::ended) return reaped;
    if (held_.contains(next.pid)) break;
    reaped += collect_locked(next.pid) ? 1 : 0;
  }
  // A held zombie hides those behind it: ask for each child by its number.
  for (const pid_t pid : children_of_ours())
    if (!held_.contains(pid) && collect_locked(pid)) ++reaped;
  return reaped;
}

bool Reaper::collect_locked(pid_t pid) {
  const Answer answer = ask(P_PID, pid, 0);
  if (answer.asked == Asked::ended) ended_[pid] = answer.status;
  return answer.asked == Asked::ended;
}

Reaper::Hold Reaper::hold(pid_t pid) {
  const std::lock_guard lock(mutex_);
  held_.insert(pid);
  return Hold(pid);
}

Reaper::Hold Reaper::hold_new(const std::function<pid_t()>& launch) {
  const std::lock_guard lock(mutex_);
  const pid_t pid = launch();
  ended_.erase(pid);
  held_.insert(pid);
  return Hold(pid);
}

void Reaper::drop(pid_t pid) noexcept {
  const std::lock_guard lock(mutex_);
  const auto found = held_.find(pid);
  if (found != held_.end()) held_.erase(found);
  if (!signal_fd_.valid() || held_.contains(pid)) return;
  try {
    collect_locked(pid);  // its SIGCHLD has been read already
  } catch (const base::SysError&) {
    return;  // the next SIGCHLD finds it
  }
}

Reaper::Hold& Reaper::Hold::operator=(Hold&& other) noexcept {
  if (this != &other) {
    drop();
    pid_ = std::exchange(other.pid_, 0);
  }
  return *this;
}

void Reaper::Hold::drop() noexcept {
  if (pid_ != 0) instance().drop(std::exchange(pid_, 0));
}

}  // namespace runproof
