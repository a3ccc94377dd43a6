#pragma once

#include <sys/types.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/unique_fd.h"

// librefrun: containers from within a program.
//
// The program may be of any kind: many threads, held locks, handlers, blocked signals, descriptors without
// close-on-exec. Nothing of it gets into a container, because nothing is ever cloned from it: every operation is one
// run of the refrun binary, which is started with the descriptors it is given and no other, an empty signal mask and
// default dispositions. No fork handlers run, and there is no shared state: every function may be called from every
// thread. One Container is for one thread at a time.
//
// The caller gets a SIGCHLD at the end of each such run, as of any child. It may reap all its children: what an
// operation came to is told over a socket of its own.

namespace librefrun {

/// What refrun said when it refused or failed.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// How a process ended (waitid(2)).
struct Exit {
  bool by_signal = false;
  int code = 0;  // the exit status, or the signal's number
};

/// runtime.md#state. `status` is creating, created, running, paused or stopped.
struct State {
  std::string status;
  pid_t pid = 0;  // 0 when it is stopped
  std::string bundle;
};

/// The refrun to use.
struct Runtime {
  std::string program;                   // absolute path
  std::string root = "/run/refrun";      // the state root
  std::vector<std::string> environment;  // of refrun and its hooks, "NAME=value" each; the caller's is not passed on
};

/// A container that was created. Letting it go changes nothing: the container stays.
class Container {
 public:
  /// One that exists already; there is no init() for it. Nothing is asked before the first operation.
  Container(Runtime runtime, std::string id);

  [[nodiscard]] const std::string& id() const { return id_; }
  /// Init's pidfd, had at its birth: it can be no other process's. Not valid for what was not created here.
  [[nodiscard]] const base::UniqueFd& init() const { return init_; }
  /// What refrun warned of in the last operation.
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

  // runtime.md#operations. Each throws Error when refrun refuses, and base::SysError when it cannot be run.
  void start();
  [[nodiscard]] State state();
  void kill(int signal);
  /// delete: of what is stopped.
  void remove();
  /// delete --force: of whatever there is; no error when there is nothing.
  void remove_by_force();

  /// Waits for init's end, by waitid(2) with P_PIDFD, and reaps it: to be called once. nullopt at the deadline.
  /// Init must be the caller's child: created `as_sibling`, or inherited by a subreaper. Throws Error when it is not,
  /// or when someone else (waitpid(-1, …), SIGCHLD ignored) has reaped it.
  [[nodiscard]] std::optional<Exit> wait(base::Deadline deadline);

 private:
  friend class Creation;
  std::string run(std::vector<std::string> words, const std::vector<std::string>& after_id = {});

  Runtime runtime_;
  std::string id_;
  base::UniqueFd init_;
  std::vector<std::string> warnings_;
};

/// A container to be created: `Creation(runtime, "box", "/bundle").as_sibling().create()`.
class Creation {
 public:
  /// A relative bundle is found from the working directory that the caller has during `create`.
  Creation(Runtime runtime, std::string id, std::string bundle);

  /// Init is cloned with CLONE_PARENT: it is a child of the caller, a sibling of refrun, which the caller can wait for.
  /// Fails in the first process of a PID namespace that was unshared and has no process yet, and for bundles that need
  /// a process between refrun and init (a user namespace joined by path).
  Creation& as_sibling();
  /// The container's standard streams; borrowed until `create` returns. -1, and when not called: /dev/null.
  Creation& streams(int in, int out, int err);
  /// One more descriptor for the container, borrowed until `create` returns: the first is 3 there, the next 4.
  Creation& pass(int fd);
  Creation& console_socket(std::string path);
  Creation& pid_file(std::string path);

  /// runtime.md#create. When it throws, nothing of the container is left, and no child either; only a refrun that was
  /// killed leaves what remove_by_force() removes. Umask, resource limits
  /// and the working directory are those of the calling thread. Throws Error also where `as_sibling` could not keep its
  /// promise because the caller ignores SIGCHLD or has set SA_NOCLDWAIT: the kernel would drop init's exit status.
  [[nodiscard]] Container create() const;

 private:
  Runtime runtime_;
  std::string id_;
  std::string bundle_;
  bool sibling_ = false;
  std::vector<int> descriptors_{-1, -1, -1};
  std::string console_socket_;
  std::string pid_file_;
};

}  // namespace librefrun
