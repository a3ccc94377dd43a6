#pragma once

#include <linux/sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <vector>

#include "base/deadline.h"
#include "base/pidfd.h"
#include "base/sys_error.h"
#include "base/unique_fd.h"
#include "reference_runtime/cgroup/cgroup.h"

namespace refrun {

/// A child of the test that is killed and reaped with this object.
class Child {
 public:
  explicit Child(pid_t pid) : pid_(pid), pidfd_(base::open_pidfd(pid).value()) {}
  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)) {}
  Child& operator=(Child&&) = delete;
  ~Child() {
    if (pid_ < 0) return;
    base::send_signal(pidfd_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] bool ends(base::Deadline deadline) const { return base::wait_ended(pidfd_, deadline); }

 private:
  pid_t pid_;
  base::UniqueFd pidfd_;
};

/// A child that does `work` and then waits to be killed. Made straight into the cgroup, as refrun makes init.
template <typename Work>
Child spawn_into(Cgroup& cgroup, Work work) {
  const auto targets = cgroup.join_targets();
  std::vector<int> numbers;
  for (const base::UniqueFd& target : targets) numbers.push_back(target.get());
  auto ready = base::make_pipe();

  clone_args arguments{};
  arguments.exit_signal = SIGCHLD;
  if (const auto target = cgroup.clone_target()) {
    arguments.flags = CLONE_INTO_CGROUP;
    arguments.cgroup = static_cast<__u64>(*target);
  }
  const auto pid = static_cast<pid_t>(::syscall(SYS_clone3, &arguments, sizeof arguments));
  if (pid < 0) throw base::SysError("clone3");
  if (pid == 0) {
    const int error = join_cgroups(numbers.data(), numbers.size());
    work();
    const char answer = static_cast<char>(error);
    (void)!::write(ready.second.get(), &answer, 1);
    for (;;) ::pause();
  }
  Child child(pid);
  ready.second.reset();
  char answer = -1;
  if (::read(ready.first.get(), &answer, 1) != 1) throw base::SysError("the child said nothing", EIO);
  if (answer != 0) throw base::SysError("join_cgroups", answer);
  return child;
}

inline Child spawn_into(Cgroup& cgroup) {
  return spawn_into(cgroup, [] {});
}

/// A child outside of it.
inline Child spawn_outside() {
  const pid_t pid = ::fork();
  if (pid < 0) throw base::SysError("fork");
  if (pid == 0)
    for (;;) ::pause();
  return Child(pid);
}

}  // namespace refrun
