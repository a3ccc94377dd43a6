#pragma once

#include <sys/socket.h>
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <future>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/deadline.h"
#include "base/json.h"
#include "base/unique_fd.h"

namespace runproof {

/// A system call that waits for its agent's answer (seccomp_unotify(2)).
struct Notification {
  std::uint64_t id = 0;
  pid_t pid = 0;  ///< of the caller, as we see it
  int call = 0;   ///< its number
};

/// The descriptor over which a filter asks its agent. Move-only.
class SeccompListener {
 public:
  explicit SeccompListener(base::UniqueFd fd) : fd_(std::move(fd)) {}

  /// The next call that waits; nullopt where none comes by the deadline, or no process has the filter any more.
  [[nodiscard]] std::optional<Notification> next(base::Deadline deadline) const;
  // Both say whether the call still waited: a signal may have broken into it, and then it will ask again.
  /// Answers with this errno, without the call being made. Throws CaseFailed where the kernel does not take that.
  bool refuse(const Notification& notification, int error) const;
  /// Lets the kernel make the call. Throws CaseFailed as above.
  bool let_pass(const Notification& notification) const;

 private:
  bool send(const Notification& notification, int error, std::uint32_t flags) const;

  base::UniqueFd fd_;
};

/// What one connection to an agent brought (config-linux.md#the-container-process-state).
struct Handover {
  std::string text;
  std::vector<base::UniqueFd> fds;       ///< that came with the first byte
  std::vector<base::UniqueFd> late_fds;  ///< that came later
  bool closed = false;                   ///< by its sender, before the deadline

  /// The container process state. Throws CaseFailed where the text is not one JSON value.
  [[nodiscard]] base::Json state() const;
  /// What the only descriptor is. Throws CaseFailed where it is not the only one.
  [[nodiscard]] SeccompListener listener();
};

/// A seccomp agent: a socket for linux.seccomp.listenerPath. Move-only.
class SeccompAgent {
 public:
  /// Listens at `<directory>/agent`. `type`: SOCK_STREAM, as the specification has it, or another. Throws SysError.
  explicit SeccompAgent(const std::filesystem::path& directory, int type = SOCK_STREAM);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// All that the next connection brings. Throws CaseFailed where nobody connects by the deadline.
  [[nodiscard]] Handover receive(base::Deadline deadline) const;
  /// Beside us: takes the listener that the next connection brings, lets every call pass until no process has the
  /// filter any more, and gives the numbers of the calls. The agent must outlive it.
  [[nodiscard]] std::future<std::set<int>> let_all_pass(base::Deadline deadline) const;
  /// Nobody waits to be accepted right now.
  [[nodiscard]] bool quiet() const;

 private:
  [[nodiscard]] base::UniqueFd accept(base::Deadline deadline) const;

  std::filesystem::path path_;
  base::UniqueFd socket_;
};

/// Beside us: answers the next call with this errno and gives it. The listener must outlive it. Throws CaseFailed where
/// no call comes.
[[nodiscard]] std::future<Notification> refusing_one(const SeccompListener& listener, int error,
                                                     base::Deadline deadline);
/// The same, but sends the caller a signal that it catches first. Gives whether the call went on waiting, for the
/// answer or SIGKILL alone.
[[nodiscard]] std::future<bool> refusing_one_after_signal(const SeccompListener& listener, int error, int signal,
                                                          base::Deadline deadline);

/// From now on the kernel gives no listener to what we start, as one before Linux 5.0. Throws SysError.
void refuse_listeners();

}  // namespace runproof
