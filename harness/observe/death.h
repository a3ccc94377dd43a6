#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "base/json.h"
#include "base/unique_fd.h"
#include "harness/observe/process.h"

namespace runproof {

/// How to learn that a process is gone. automatic: pidfd where the kernel has it (5.3), else kill0.
enum class WaitStrategy { automatic, pidfd, kill0 };
[[nodiscard]] std::string_view to_text(WaitStrategy strategy);
/// "auto", "pidfd" or "kill0"; nullopt for any other word.
[[nodiscard]] std::optional<WaitStrategy> parse_wait_strategy(std::string_view word);

/// What has become of a process.
enum class Fate {
  alive,
  leader_dead,  ///< the thread-group leader is a zombie, other threads live on: the process still runs
  zombie,       ///< dead, not yet reaped by its parent
  gone,         ///< dead and reaped
  reused,       ///< dead and reaped, its number is another process's now
};
[[nodiscard]] std::string_view to_text(Fate fate);
[[nodiscard]] constexpr bool is_dead(Fate fate) { return fate >= Fate::zombie; }

struct Death {
  Fate fate = Fate::alive;
  int threads_alive = 0;  ///< beside a dead leader
};

/// What the kernel says of a process that should be dead by now: the `diagnosis` entry of docs/event-log.md.
struct Diagnosis {
  pid_t pid = 0;
  std::string name;
  Fate fate = Fate::alive;
  char state = '?';
  std::string wchan;
  Mask sig_pending = 0;  ///< of the thread and of the process
  Mask sig_blocked = 0;
  Mask sig_ignored = 0;
  int threads = 0;        ///< all of them, a dead leader included
  int threads_alive = 0;  ///< without a dead leader
  std::string cgroup;     ///< its groups, "; " between them
  bool frozen = false;    ///< one of its groups is: it dies only when thawed (v1), or at once (v2)
  pid_t ppid = 0;
  std::string parent_name;
  std::string cmdline;

  /// A sentence for people: "4711 (probe) is a zombie: its parent 12 (sh) does not reap it".
  [[nodiscard]] std::string text() const;
};
void to_json(base::Json& json, const Diagnosis& diagnosis);

/// A process watched for its death. Opened *before* the kill: a handle opened afterwards may be another process's.
class Mortal {
 public:
  /// Opens a pidfd (where the kernel has it) and then checks that the process behind it is still the one that was there
  /// before (start time in /proc/PID/stat), and that it is in `cgroup` (a path of /proc/PID/cgroup) where one is given.
  /// nullopt where there is no such process, it is a zombie already, or it fails the check.
  [[nodiscard]] static std::optional<Mortal> watch(pid_t pid, std::string_view cgroup = {});

  /// A process known by its number and start time from earlier: it may be dead, and its number another's, by now.
  [[nodiscard]] static Mortal known_as(pid_t pid, std::uint64_t start_time);

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::uint64_t start_time() const { return start_time_; }
  /// Not valid before Linux 5.3.
  [[nodiscard]] const base::UniqueFd& pidfd() const { return pidfd_; }

  /// Its fate now, from /proc alone.
  [[nodiscard]] Death look() const;
  /// Whether it lives now; a process whose leader alone has died does.
  [[nodiscard]] bool alive() const { return !is_dead(look().fate); }
  /// Whether it must die without anybody's doing: SIGKILL is pending, or it is past its last instruction. A frozen (v1)
  /// or busy process takes its time.
  [[nodiscard]] bool doomed() const;
  /// Sends a signal by pidfd, or by kill(2) after checking the start time. False when it has gone.
  bool signal(int number) const;
  /// How it died; nullopt at the deadline: then `diagnose` says what it is doing. Throws where `pidfd` is wanted and
  /// not there.
  [[nodiscard]] std::optional<Death> await_death(base::Deadline deadline,
                                                 WaitStrategy strategy = WaitStrategy::automatic) const;
  [[nodiscard]] Diagnosis diagnose() const;

 private:
  Mortal(pid_t pid, std::uint64_t start_time, base::UniqueFd pidfd);
  pid_t pid_ = 0;
  std::uint64_t start_time_ = 0;
  base::UniqueFd pidfd_;
};

/// Waits for all of them under one deadline, or until `hopeless` says (asked now and then) that the rest will live.
/// Those alive then, diagnosed; empty when all are dead.
[[nodiscard]] std::vector<Diagnosis> await_all_dead(std::span<const Mortal> mortals, base::Deadline deadline,
                                                    WaitStrategy strategy = WaitStrategy::automatic,
                                                    const std::function<bool()>& hopeless = nullptr);
/// The same for a process that nobody watched in time.
[[nodiscard]] std::optional<Diagnosis> diagnose(pid_t pid);

}  // namespace runproof
