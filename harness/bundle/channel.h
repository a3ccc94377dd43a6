#pragma once

#include <sys/types.h>

#include <deque>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/deadline.h"
#include "base/json.h"
#include "base/unique_fd.h"

namespace runproof {

/// The other side did not answer as a probe does: it hung up, missed the deadline, refused the verb or talked nonsense.
class ChannelError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A probe that serves: one process inside a container (or a hook, or a host process), known by its host pid and a
/// pidfd that the kernel vouches for. Move-only; when the guard goes, the probe's serving ends with it (it exits with
/// 0).
class Peer {
 public:
  /// As it called itself: "init" for the payload, "init.1" for its first child, a hook by its name.
  [[nodiscard]] const std::string& name() const { return name_; }
  /// Its pid in our PID namespace (SO_PEERCRED, unix(7)).
  [[nodiscard]] pid_t pid() const { return pid_; }
  /// Its pid as it sees itself.
  [[nodiscard]] pid_t inner_pid() const { return inner_pid_; }
  /// Of the process that connected; opened while it was alive. Readable once it has ended. Not valid where it had ended
  /// before `accept` came to it: then it is `gone`, too.
  [[nodiscard]] const base::UniqueFd& pidfd() const { return pidfd_; }

  /// Sends a verb and waits for its reply record; signal records that come first are kept for `next`. Throws
  /// ChannelError.
  base::Json ask(const std::vector<std::string>& words, base::Deadline deadline);
  /// Sends a verb and waits for nothing: for those that end it ("exit 3", "exec …", "go"). False when it has gone.
  bool tell(const std::vector<std::string>& words);
  /// The next record that it sends on its own account (a signal received, a program about to block). Throws
  /// ChannelError.
  base::Json next(base::Deadline deadline);

  /// The connection is closed at its end: by every process that held it (the process, its threads, its fork storm).
  [[nodiscard]] bool gone() const;
  /// Waits for that. False at the deadline.
  [[nodiscard]] bool await_gone(base::Deadline deadline) const;

 private:
  friend class Channel;
  Peer() = default;
  base::Json receive(base::Deadline deadline, std::string_view doing);

  std::string name_;
  pid_t pid_ = 0;
  pid_t inner_pid_ = 0;
  base::UniqueFd socket_;
  base::UniqueFd pidfd_;
  std::deque<base::Json> events_;
};

/// Where probes report: a listening SOCK_SEQPACKET socket in a container's root filesystem. In the container it is
/// `/<name>`: args {"/probe", "serve", "/channel"}. Move-only; the socket file stays until its directory goes.
class Channel {
 public:
  /// Listens at `<directory>/<name>`, open to every user. `directory` is a bundle's rootfs, or any other. Throws
  /// SysError.
  explicit Channel(const std::filesystem::path& directory, const std::string& name = "channel");

  /// As a program on the host names it (in the runtime's mount namespace).
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// As the container names it.
  [[nodiscard]] std::string inside() const { return "/" + path_.filename().string(); }

  /// The next that connects and says hello. Throws ChannelError at the deadline, or before it where no process below
  /// this one lives that could connect.
  Peer accept(base::Deadline deadline);
  /// The next of that name; others that connect meanwhile are kept for later calls.
  Peer accept(std::string_view name, base::Deadline deadline);
  /// The next `count`, in the order they connect.
  std::vector<Peer> accept(std::size_t count, base::Deadline deadline);
  /// Nobody waits to be accepted right now.
  [[nodiscard]] bool quiet() const;

 private:
  Peer accept_one(base::Deadline deadline);

  std::filesystem::path path_;
  base::UniqueFd socket_;
  std::deque<Peer> early_;
};

}  // namespace runproof
