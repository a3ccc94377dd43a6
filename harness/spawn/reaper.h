#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/deadline.h"
#include "base/unique_fd.h"
#include "harness/spawn/exit_status.h"

namespace runproof {

/// Reaps every child of this process, promptly, whenever the process waits (poll_until), and remembers how it ended.
/// A container's init is reparented to its nearest subreaper; left unreaped it stays a zombie, and runtimes that ask
/// kill(pid, 0) would take it for alive. Children of `run` and `start` are held, and collected by their own guards.
///
/// Until `enable` or `enable_for_adopted` is called it reaps nothing by itself. Any thread; after `enable`, SIGCHLD
/// must be blocked in all of them.
class Reaper {
 public:
  [[nodiscard]] static Reaper& instance();

  /// Makes this process a child subreaper (prctl(2) PR_SET_CHILD_SUBREAPER), blocks SIGCHLD in this thread and listens
  /// to it by signalfd(2). Call before the first thread and the first child; later calls do nothing. Throws SysError.
  void enable();
  /// The same for a process that has other children too, which wait for their own (Python): it becomes a subreaper, but
  /// reaps only what `adopt` names, listens to pidfds in place of SIGCHLD, and changes no signal mask. Throws SysError.
  void enable_for_adopted();
  /// From now on `pid` is reaped here, once it has ended and is a child of this process. No effect after `enable`,
  /// which reaps all of them.
  void adopt(pid_t pid);
  /// False after `enable_for_adopted`: some are not the harness's.
  [[nodiscard]] bool owns_all_children() const { return !adopts_; }
  /// What becomes readable when something adopted ends.
  [[nodiscard]] std::vector<std::shared_ptr<const base::UniqueFd>> adopted_fds();
  /// The signalfd, borrowed; -1 before `enable`.
  [[nodiscard]] int signal_fd() const { return signal_fd_.get(); }

  /// How `pid` ended, when it is or was a child that has ended. A held child answers too, and stays a zombie.
  [[nodiscard]] std::optional<ExitStatus> status_of(pid_t pid);
  /// Waits until `pid` has ended as a child of this process (it may be reparented to it meanwhile), and reaps it unless
  /// held. nullopt at the deadline, or at once where there is no such process.
  [[nodiscard]] std::optional<ExitStatus> await_exit(pid_t pid, base::Deadline deadline);
  /// Reaps all children that have ended, except those held. The number reaped.
  int reap_now();

  /// As long as it lives, `pid` is not reaped from here: it stays a zombie, its number kept from reuse.
  class Hold {
   public:
    Hold() = default;
    explicit Hold(pid_t pid) : pid_(pid) {}
    Hold(Hold&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
    Hold& operator=(Hold&& other) noexcept;
    ~Hold() { drop(); }
    void drop() noexcept;

   private:
    pid_t pid_ = 0;
  };
  [[nodiscard]] Hold hold(pid_t pid);
  /// Starts a child by `launch`, which returns its pid, and holds it: no other thread can reap it in between.
  [[nodiscard]] Hold hold_new(const std::function<pid_t()>& launch);

 private:
  Reaper() = default;
  void drop(pid_t pid) noexcept;
  int reap_ended_locked();
  int reap_adopted_locked();
  bool collect_locked(pid_t pid);

  mutable std::mutex mutex_;
  base::UniqueFd signal_fd_;
  std::multiset<pid_t> held_;
  std::map<pid_t, ExitStatus> ended_;
  bool adopts_ = false;
  std::map<pid_t, std::shared_ptr<const base::UniqueFd>> adopted_;  ///< null: has ended, and is not a child of ours yet
};

}  // namespace runproof
