#include "reference_runtime/stage/hook_run.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "reference_runtime/sys/sabotage.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun {
namespace {

constexpr int kNotStarted = 127;

long long now_ms() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

[[noreturn]] void become_hook(const HookPlan& hook, int state, int dev_null, const HookPlace& place,
                              int errors) noexcept {
  ::setsid();
  for (int signal = 1; signal <= 64; ++signal) sys::set_default_action(signal);
  sys::set_signal_mask(0);
  if (place.namespaces_of >= 0) {
    sys::setns(place.namespaces_of, CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWCGROUP);
  }
  if (place.root >= 0 && (::fchdir(place.root) != 0 || ::chroot(".") != 0)) ::_exit(kNotStarted);
  if (place.cwd >= 0 && !fault("hook_cwd_dropped") && ::fchdir(place.cwd) != 0) ::_exit(kNotStarted);
  ::dup2(fault("hook_stdin_empty") ? dev_null : state, STDIN_FILENO);
  ::dup2(dev_null, STDOUT_FILENO);
  ::dup2(errors, STDERR_FILENO);
  sys::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  int error = 0;
  if (place.filter != nullptr) {
    const auto length = static_cast<unsigned short>(place.filter->program.size());
    error = -install_seccomp(place.filter->program.data(), length, place.filter->flags);
  }
  if (error <= 0) {
    ::execve(hook.path(), hook.argv(), hook.envp());
    error = errno;
  }
  char text[64];
  const int length = std::snprintf(text, sizeof text, "execve: errno %d", error);
  if (length > 0) [[maybe_unused]]
    const ssize_t ignored = ::write(STDERR_FILENO, text, static_cast<std::size_t>(length));
  ::_exit(kNotStarted);
}

/// Keeps the end of what arrives. False when nothing more can.
bool drain(int errors, HookResult& result) noexcept {
  char chunk[512];
  const ssize_t got = ::read(errors, chunk, sizeof chunk);
  if (got <= 0) return got < 0 && (errno == EAGAIN || errno == EINTR);
  constexpr std::size_t kRoom = sizeof result.output - 1;
  const std::size_t taken = std::min(static_cast<std::size_t>(got), kRoom);
  const std::size_t have = std::strlen(result.output);
  const std::size_t kept = std::min(have, kRoom - taken);
  std::memmove(result.output, result.output + (have - kept), kept);
  std::memcpy(result.output + kept, chunk + got - taken, taken);
  result.output[kept + taken] = '\0';
  return true;
}

void reap(pid_t pid, HookResult& result) noexcept {
  int status = 0;
  if (result.end == HookResult::End::timed_out && fault("hook_timeout_leaves_hook")) return;
  while (::waitpid(pid, &status, __WALL) < 0 && errno == EINTR) {
  }
  if (result.end != HookResult::End::ok) return;  // killed by us: that is the story
  if (WIFSIGNALED(status)) {
    result.end = HookResult::End::signalled;
    result.value = WTERMSIG(status);
  } else if (WEXITSTATUS(status) == kNotStarted && fault("hook_missing_path_ignored")) {
    result.end = HookResult::End::ok;
  } else if (WEXITSTATUS(status) != 0) {
    result.end = HookResult::End::exited;
    result.value = WEXITSTATUS(status);
  }
}

void wait_for(int pidfd, pid_t pid, int errors, int watched, int timeout_ms, HookResult& result) noexcept {
  const long long end = timeout_ms < 0 ? -1 : now_ms() + timeout_ms;
  pollfd polled[3] = {{pidfd, POLLIN, 0}, {errors, POLLIN, 0}, {watched, POLLRDHUP, 0}};
  for (;;) {
    const long long left = end < 0 ? -1 : std::max(0LL, end - now_ms());
    const int ready = ::poll(polled, 3, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (polled[1].revents != 0 && !drain(errors, result)) polled[1].fd = -1;
    if (polled[0].revents != 0) return;
    if (polled[2].revents != 0) {
      result.end = HookResult::End::orphaned;
    } else if (ready == 0) {
      result.end = HookResult::End::timed_out;
    } else {
      continue;
    }
    if (result.end == HookResult::End::timed_out && fault("hook_timeout_leaves_hook")) return;
    // Its process group: the leader is not reaped yet, so the number is still its own.
    ::kill(-pid, SIGKILL);
    ::kill(pid, SIGKILL);
    polled[2].fd = -1;
    ::poll(polled, 1, -1);
    return;
  }
}

}  // namespace

HookResult run_hook(const HookPlan& hook, int state, int dev_null, const HookPlace& place) noexcept {
  HookResult result;
  const auto not_started = [&result](long error) {
    result.end = HookResult::End::not_started;
    result.value = static_cast<int>(error);
    return result;
  };
  int errors[2] = {-1, -1};
  if (::pipe2(errors, O_CLOEXEC | O_NONBLOCK) != 0) return not_started(errno);
  ::lseek(state, 0, SEEK_SET);
  int pidfd = -1;
  clone_args args{};
  args.flags = CLONE_PIDFD;
  args.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
  args.exit_signal = SIGCHLD;
  const long pid = sys::clone3(args);
  if (pid == 0) {
    ::fcntl(errors[1], F_SETFL, 0);  // the hook's stderr blocks, as programs expect
    become_hook(hook, state, dev_null, place, errors[1]);
  }
  ::close(errors[1]);
  if (pid < 0) {
    ::close(errors[0]);
    return not_started(-pid);
  }
  if (!fault("hook_not_awaited"))
    wait_for(pidfd, static_cast<pid_t>(pid), errors[0], place.watched, hook.timeout_ms(), result);
  if (!fault("hook_not_awaited")) reap(static_cast<pid_t>(pid), result);
  while (drain(errors[0], result) && errno != EAGAIN) {
  }
  ::close(errors[0]);
  ::close(pidfd);
  return result;
}

void describe_hook(const HookResult& result, char* text, unsigned long size) noexcept {
  const char* gap = result.output[0] == '\0' ? "" : ": ";
  switch (result.end) {
    case HookResult::End::ok:
      std::snprintf(text, size, "succeeded");
      return;
    case HookResult::End::exited:
      std::snprintf(text, size, "exit code %d%s%s", result.value, gap, result.output);
      return;
    case HookResult::End::signalled:
      std::snprintf(text, size, "killed by signal %d%s%s", result.value, gap, result.output);
      return;
    case HookResult::End::timed_out:
      std::snprintf(text, size, "took longer than its timeout%s%s", gap, result.output);
      return;
    case HookResult::End::not_started:
      std::snprintf(text, size, "could not be started: errno %d", result.value);
      return;
    case HookResult::End::orphaned:
      std::snprintf(text, size, "the runtime went away");
      return;
  }
}

}  // namespace refrun
