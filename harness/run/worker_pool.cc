#include "harness/run/worker_pool.h"

#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/deadline.h"
#include "base/sys_error.h"
#include "harness/observe/descendants.h"

namespace runproof {
namespace {

using Clock = WorkerProcess::Clock;
using namespace std::chrono_literals;

constexpr auto kTick = 100ms;

std::vector<std::string> locks_of(const std::vector<WorkItem>& items) {
  std::vector<std::string> locks;
  for (const WorkItem& item : items) locks.push_back(item.lock);
  return locks;
}

std::vector<Diagnosis> diagnose_all(pid_t worker) {
  std::vector<Diagnosis> all;
  for (const pid_t pid : descendants_of(worker)) {
    if (auto one = diagnose(pid)) all.push_back(std::move(*one));
  }
  if (auto one = diagnose(worker)) all.push_back(std::move(*one));
  return all;
}

}  // namespace

WorkerPool::WorkerPool(std::vector<WorkItem> items, std::size_t slots, PoolClient& client)
    : items_(std::move(items)), client_(client), scheduler_(locks_of(items_), slots) {
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) throw base::SysError("prctl PR_SET_CHILD_SUBREAPER");
  sigset_t wanted = HeldSignals::set();
  sigaddset(&wanted, SIGCHLD);
  if (sigprocmask(SIG_BLOCK, &wanted, &mask_before_) != 0) throw base::SysError("sigprocmask");
  signals_.reset(signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_.valid()) throw base::SysError("signalfd");
}

WorkerPool::~WorkerPool() {
  running_.clear();
  sigprocmask(SIG_SETMASK, &mask_before_, nullptr);
  prctl(PR_SET_CHILD_SUBREAPER, 0);
}

void WorkerPool::run() {
  take_signals();
  while (!scheduler_.done()) {
    if (!signal_) begin_what_may();
    client_.tick();
    wait_for_events();
    take_signals();
    end_overdue();
    collect();
  }
  client_.tick();
}

void WorkerPool::begin_what_may() {
  while (const auto item = scheduler_.next()) {
    auto process = std::make_unique<WorkerProcess>([&](int report_fd) { return client_.work(*item, report_fd); });
    const auto due = process->began() + items_[*item].limit;
    running_.emplace(*item, Running{.process = std::move(process), .due = due});
    client_.began(*item);
  }
}

void WorkerPool::wait_for_events() {
  std::vector<pollfd> fds = {{.fd = signals_.get(), .events = POLLIN, .revents = 0}};
  auto until = base::Deadline::in(kTick);
  for (const auto& [item, running] : running_) {
    until = until.sooner(base::Deadline(running.due));
    fds.push_back({.fd = running.process->report_fd(), .events = POLLIN, .revents = 0});
    fds.push_back({.fd = running.process->output_fd(), .events = POLLIN, .revents = 0});
  }
  if (poll(fds.data(), fds.size(), until.poll_timeout()) < 0 && errno != EINTR) throw base::SysError("poll");
  for (auto& [item, running] : running_) running.process->read();
}

void WorkerPool::take_signals() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
    if (info.ssi_signo == SIGCHLD || signal_) continue;
    signal_ = static_cast<int>(info.ssi_signo);
    scheduler_.stop();
    for (const auto& [item, running] : running_) running.process->kill();
  }
}

void WorkerPool::end_overdue() {
  const auto now = Clock::now();
  for (auto& [item, running] : running_) {
    if (now < running.due) continue;
    running.due = now + kLastWords;
    if (std::exchange(running.overdue, true)) {
      running.process->kill();
    } else {
      running.survivors = diagnose_all(running.process->pid());
    }
  }
}

void WorkerPool::collect() {
  for (auto each = running_.begin(); each != running_.end();) {
    const std::optional<WorkerExit> exit = each->second.process->ended();
    if (!exit) {
      ++each;
      continue;
    }
    const std::size_t item = each->first;
    Running ended = std::move(each->second);
    each = running_.erase(each);
    scheduler_.ended(item);
    if (signal_) {
      client_.cut_off(item);
    } else {
      WorkEnd end{.item = item, .exit = *exit, .timed_out = ended.overdue, .survivors = std::move(ended.survivors)};
      end.report = ended.process->report();
      end.output = ended.process->output();
      end.began = ended.process->began();
      end.took = Clock::now() - end.began;
      client_.ended(std::move(end));
    }
  }
  reap_orphans();
}

void WorkerPool::reap_orphans() {
  const std::set<pid_t> ours = workers();
  for (const pid_t child : quick_children_of(getpid())) {
    if (!ours.contains(child)) waitpid(child, nullptr, WNOHANG);
  }
}

std::set<pid_t> WorkerPool::workers() const {
  std::set<pid_t> pids;
  for (const auto& [item, running] : running_) pids.insert(running.process->pid());
  return pids;
}

}  // namespace runproof
