#include "harness/spawn/command.h"

#include <signal.h>
#include <sys/wait.h>

#include <cerrno>
#include <utility>

#include "base/sys_error.h"
#include "harness/spawn/capture.h"
#include "harness/spawn/launch.h"
#include "harness/spawn/pidfd_or_none.h"
#include "harness/spawn/poll.h"

namespace runproof {
namespace {

/// How often a child's output is measured, and how often it is asked for where the kernel has no pidfds.
constexpr std::chrono::milliseconds kLook{20};
/// A killed process that is still there after this (frozen on v1, or stuck in the kernel) is left to the reaper.
constexpr std::chrono::seconds kMostDying{5};

}  // namespace

struct Running::State {
  explicit State(const Command& command);
  ~State() { end(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  [[nodiscard]] bool await(base::Deadline deadline);
  void kill() const;
  void collect();
  void end() noexcept;
  [[nodiscard]] bool too_much() const { return said(out) > kMostOutput || said(err) > kMostOutput; }
  static std::size_t said(const std::optional<Capture>& capture) { return capture ? capture->size() : 0; }
  [[nodiscard]] Finished report() const;

  std::vector<std::string> argv;
  base::Deadline::Clock::time_point started = base::Deadline::Clock::now();
  Grouping grouping;
  std::optional<Capture> out;
  std::optional<Capture> err;
  Launched child;
  base::UniqueFd pidfd;
  std::optional<ExitStatus> status;
  bool timed_out = false;
  bool flooded = false;
  std::chrono::microseconds took{0};
};

Running::State::State(const Command& command) : argv(command.argv), grouping(command.grouping) {
  base::UniqueFd input;
  if (command.stdin_fd < 0) input = readable(command.stdin_text);
  if (command.stdout_fd < 0) out.emplace("stdout");
  if (command.stderr_fd < 0) err.emplace("stderr");

  std::vector<PassedFd> fds = command.fds;
  fds.push_back({.ours = command.stdin_fd < 0 ? input.get() : command.stdin_fd, .theirs = 0});
  fds.push_back({.ours = out ? out->fd() : command.stdout_fd, .theirs = 1});
  fds.push_back({.ours = err ? err->fd() : command.stderr_fd, .theirs = 2});
  child = launch(command, fds);
  try {
    pidfd = pidfd_or_none(child.pid);
  } catch (...) {
    end();
    throw;
  }
}

/// True once it has ended, by itself or for having written too much.
bool Running::State::await(base::Deadline deadline) {
  base::Deadline last = deadline;
  while (!status) {
    const bool looks = out || err || !pidfd.valid();
    pollfd entry{.fd = pidfd.get(), .events = POLLIN, .revents = 0};
    const Woken woken = poll_once(std::span(&entry, 1), looks ? last.sooner(base::Deadline::in(kLook)) : last);
    if (woken == Woken::ready || !pidfd.valid()) collect();
    if (!status && !flooded && too_much()) {
      flooded = true;
      kill();
      last = base::Deadline::in(kMostDying);
    }
    if (!status && last.passed()) return flooded;
  }
  return true;
}

void Running::State::kill() const {
  if (status) return;          // its number, and so its group's, may be another's by now
  ::kill(child.pid, SIGKILL);  // it may have left the group that we gave it
  if (grouping != Grouping::shared) ::kill(-child.pid, SIGKILL);
}

void Running::State::collect() {
  siginfo_t info = {};
  int result = 0;
  do result = ::waitid(P_PID, static_cast<id_t>(child.pid), &info, WEXITED | WNOHANG | __WALL);
  while (result != 0 && errno == EINTR);
  if (result != 0) throw base::SysError("waitid");
  if (info.si_pid == 0) return;
  took = std::chrono::duration_cast<std::chrono::microseconds>(base::Deadline::Clock::now() - started);
  status.emplace();
  (info.si_code == CLD_EXITED ? status->exit : status->signal) = info.si_status;
  child.hold.drop();
}

void Running::State::end() noexcept {
  try {
    kill();
    if (!status) (void)await(base::Deadline::in(kMostDying));
  } catch (const std::exception&) {
    return;  // nothing more can be done for it: the reaper gets it
  }
}

Finished Running::State::report() const {
  Finished finished{.argv = argv, .timed_out = timed_out, .flooded = flooded, .took = took};
  if (status) finished.exit = status->exit;
  if (status) finished.signal = status->signal;
  if (out) finished.out = out->text(kMostOutput);
  if (err) finished.err = err->text(kMostOutput);
  return finished;
}

Running::Running(const Command& command) : state_(std::make_unique<State>(command)) {}
Running::Running(Running&& other) noexcept = default;
Running& Running::operator=(Running&& other) noexcept = default;
Running::~Running() = default;

pid_t Running::pid() const { return state_->child.pid; }
const base::UniqueFd& Running::pidfd() const { return state_->pidfd; }
std::string Running::out_so_far() const { return state_->out ? state_->out->text(kMostOutput) : ""; }
std::string Running::err_so_far() const { return state_->err ? state_->err->text(kMostOutput) : ""; }
void Running::kill() { state_->kill(); }

std::optional<Finished> Running::wait(base::Deadline deadline) {
  if (!state_->await(deadline)) return std::nullopt;
  return state_->report();
}

Finished Running::finish(base::Deadline deadline) {
  if (!state_->await(deadline)) {
    state_->timed_out = true;
    state_->kill();
    (void)state_->await(base::Deadline::in(kMostDying));
  }
  return state_->report();
}

bool Running::signal(int number) {
  if (state_->status) return false;
  return ::kill(pid(), number) == 0;  // it is our child and not reaped: the number is its own
}

Finished run(const Command& command) {
  const auto deadline = base::Deadline::in(command.deadline);
  return Running(command).finish(deadline);
}

}  // namespace runproof
