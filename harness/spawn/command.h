#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/json.h"
#include "base/unique_fd.h"
#include "harness/spawn/exit_status.h"

namespace runproof {

/// A descriptor given to a child on purpose: `ours` (borrowed) becomes `theirs` there.
struct PassedFd {
  int ours = -1;
  int theirs = -1;
};

/// Whom the child runs as. Needs CAP_SETUID and CAP_SETGID; supplementary groups are dropped.
struct Identity {
  uid_t uid = 0;
  gid_t gid = 0;
};

/// own_session: setsid(2), so without a controlling terminal. shared: stays in our process group.
enum class Grouping { own_group, own_session, shared };

/// A program to run. The child gets descriptors 0, 1, 2 and `fds`, no other; an empty signal mask; default
/// dispositions.
struct Command {
  std::vector<std::string> argv;                ///< argv[0] without a slash is looked up in our PATH
  std::optional<std::vector<std::string>> env;  ///< "NAME=value" each; nullopt inherits ours
  std::filesystem::path cwd;                    ///< empty: ours
  std::string stdin_text;                       ///< what it reads on standard input; empty: /dev/null
  int stdin_fd = -1;                            ///< borrowed; -1: stdin_text
  int stdout_fd = -1;                           ///< borrowed; -1: captured
  int stderr_fd = -1;                           ///< borrowed; -1: captured
  std::vector<PassedFd> fds;
  std::chrono::milliseconds deadline{10'000};  ///< for `run`
  Grouping grouping = Grouping::own_group;
  std::optional<Identity> identity;  ///< nullopt: ours
};

/// Output beyond this ends the process (`flooded`).
inline constexpr std::size_t kMostOutput = std::size_t{16} << 20;

/// How a command ended and what it said.
struct Finished {
  std::vector<std::string> argv;
  std::optional<int> exit;    ///< set when it exited by itself
  std::optional<int> signal;  ///< set when a signal ended it; SIGKILL where we did (timed_out, flooded)
  bool timed_out = false;
  bool flooded = false;
  std::string out;  ///< what was captured up to its end; a daemon that keeps the descriptor cannot hold us up
  std::string err;
  std::chrono::microseconds took{0};

  /// Exited with 0, in time.
  [[nodiscard]] bool ok() const { return exit == 0 && !timed_out && !flooded; }
};

/// "runc kill x: exit 1 after 4.1 ms; stderr: ...": for failure messages, so GoogleTest prints it.
std::ostream& operator<<(std::ostream& stream, const Finished& finished);
/// The `commands` entry of docs/event-log.md; texts beyond 16 KiB are cut.
void to_json(base::Json& json, const Finished& finished);

/// The program that `name` leads to: itself where it has a slash, else the first executable of that name in our PATH.
[[nodiscard]] std::optional<std::filesystem::path> find_program(const std::string& name);

/// Runs a command to its end. It is over when the process has ended, whoever still holds its output. At the deadline
/// its process group gets SIGKILL. Throws SysError where it cannot be started (no such program, not executable, no
/// descriptor).
[[nodiscard]] Finished run(const Command& command);

/// A command that runs beside us. The guard ends its process group (SIGKILL) and reaps it when it goes.
class Running {
 public:
  explicit Running(const Command& command);
  Running(Running&& other) noexcept;
  Running& operator=(Running&& other) noexcept;
  ~Running();

  [[nodiscard]] pid_t pid() const;
  /// Readable once the process has ended.
  [[nodiscard]] const base::UniqueFd& pidfd() const;
  /// Waits for its end; nullopt at the deadline (it runs on). Afterwards the guard has nothing left to end.
  [[nodiscard]] std::optional<Finished> wait(base::Deadline deadline);
  /// Waits for its end; at the deadline ends it: `timed_out`.
  [[nodiscard]] Finished finish(base::Deadline deadline);
  /// False when it has ended already.
  bool signal(int number);
  /// SIGKILL to its process group (to it alone where the group is shared).
  void kill();
  /// What it has said so far.
  [[nodiscard]] std::string out_so_far() const;
  [[nodiscard]] std::string err_so_far() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Starts a command in the background; `Command::deadline` is not looked at.
[[nodiscard]] inline Running start(const Command& command) { return Running(command); }

}  // namespace runproof
