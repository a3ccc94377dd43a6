#pragma once

// For the tests of this folder only.

#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <thread>
#include <utility>

#include "base/deadline.h"
#include "base/file.h"
#include "base/sys_error.h"
#include "base/unique_fd.h"
#include "harness/observe/cgroup.h"
#include "harness/observe/process.h"

namespace runproof {

/// A deadline that passes while the test waits, and one that never does.
inline base::Deadline soon() { return base::Deadline::in(std::chrono::milliseconds(30)); }
inline base::Deadline late() { return base::Deadline::in(std::chrono::seconds(10)); }

/// A forked child that does `body` and exits; killed and reaped when the guard goes.
class Forked {
 public:
  explicit Forked(const std::function<void()>& body) : pid_(::fork()) {
    if (pid_ != 0) return;
    body();
    ::_exit(0);
  }
  Forked(Forked&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
  Forked& operator=(Forked&&) = delete;
  ~Forked() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    reap();
  }
  [[nodiscard]] pid_t pid() const { return pid_; }
  void kill() const { ::kill(pid_, SIGKILL); }
  void reap() { ::waitpid(std::exchange(pid_, 0), nullptr, 0); }

 private:
  pid_t pid_ = 0;
};

[[noreturn]] inline void pause_for_ever() {
  for (;;) ::pause();
}

/// A process whose leader has died while a thread lives on.
inline Forked half_dead() {
  const base::FdPair pipe = base::make_pipe();
  Forked child([&] {
    std::thread([] { pause_for_ever(); }).detach();
    base::write_all(pipe.second.get(), "x");
    ::syscall(SYS_exit, 0);  // of this thread alone
  });
  char byte = 0;
  if (::read(pipe.first.get(), &byte, 1) != 1) throw base::SysError("read");
  while (!proc_stat(child.pid())->is_zombie()) std::this_thread::yield();
  return child;
}

/// A new group below the root of a hierarchy, removed again; its members must be gone by then.
class ScratchGroup {
 public:
  explicit ScratchGroup(const Hierarchy& hierarchy)
      : group{.dir = hierarchy.mount / fmt::format("runproof-unit-{}", ::getpid()), .v2 = hierarchy.v2},
        made_(::mkdir(group.dir.c_str(), 0755) == 0) {}
  ScratchGroup(const ScratchGroup&) = delete;
  ScratchGroup& operator=(const ScratchGroup&) = delete;
  ~ScratchGroup() {
    if (made_) ::rmdir(group.dir.c_str());
  }
  [[nodiscard]] bool made() const { return made_; }
  void add(pid_t pid) const { base::write_control(group.dir / "cgroup.procs", std::to_string(pid)); }

  Cgroup group;

 private:
  bool made_ = false;
};

/// The cgroup2 hierarchy, or the v1 one with this controller; nullopt where there is none.
inline std::optional<Hierarchy> find_hierarchy(std::string_view v1_controller) {
  for (const Hierarchy& hierarchy : mounted_hierarchies())
    if (v1_controller.empty() ? hierarchy.v2 : !hierarchy.v2 && hierarchy.has(v1_controller)) return hierarchy;
  return std::nullopt;
}

}  // namespace runproof
