#include "reference_runtime/stage/clone.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <stdexcept>

#include "base/file.h"
#include "base/scope_exit.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "reference_runtime/stage/errors.h"
#include "reference_runtime/stage/init_steps.h"
#include "reference_runtime/stage/send_fd.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun {
namespace {

enum class Parenthood { child, sibling };

/// 0 in init.
long clone_now(const CloneRequest& request, Parenthood parenthood, int& pidfd) noexcept {
  clone_args args{};
  args.flags = request.namespaces.clone_flags | CLONE_PIDFD;
  args.pidfd = reinterpret_cast<std::uintptr_t>(&pidfd);
  if (request.cgroup) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<std::uint64_t>(*request.cgroup);
  }
  if (parenthood == Parenthood::sibling) {
    args.flags |= CLONE_PARENT;  // and no exit signal of its own: clone(2)
  } else {
    args.exit_signal = SIGCHLD;
  }
  return sys::clone3(args);
}

/// The pid behind a pidfd, from the Pid line of its fdinfo.
pid_t pid_of(const base::UniqueFd& pidfd) {
  const std::string info = base::read_file(fmt::format("/proc/self/fdinfo/{}", pidfd.get()));
  for (const std::string_view line : base::split(info, '\n')) {
    if (!line.starts_with("Pid:")) continue;
    if (const auto pid = base::to_number(base::trim(line.substr(4)))) return static_cast<pid_t>(*pid);
  }
  throw std::runtime_error("cannot tell init's pid");
}

/// Enters the joined namespaces. Some may only be entered before the joined user namespace, some only after.
int join_around_user_namespace(Init& init) noexcept {
  int error = 0;
  for (int round = 0; round < 3; ++round) {
    const bool user_round = round == 1;
    error = 0;
    for (JoinedNamespace& joined : init.plan.joined) {
      if (!joined.fd.valid() || (joined.type == CLONE_NEWUSER) != user_round) continue;
      const int result = sys::setns(joined.fd.get(), joined.type);
      if (result < 0) {
        error = init.fail(result, "join namespace ", joined.path.c_str());
        continue;
      }
      joined.fd.reset();  // done; also a mark for the next round
    }
    if (user_round && error != 0) return error;
  }
  return error;
}

/// The process in between: enters namespaces, clones init as a child of the parent, and hands over its pidfd.
[[noreturn]] void run_intermediate(const CloneRequest& request, int answer) noexcept {
  Init self(request.plan);
  self.sync = request.plan.sync.get();
  int error = 0;
  if (request.enters_container) {
    init_step::hide_from_debuggers(self);
    if (before_step(Step::join_cgroups, error) == StepAction::run && error == 0) error = init_step::join_cgroups(self);
  }
  if (error == 0 && before_step(Step::join_namespaces, error) == StepAction::run && error == 0) {
    error = join_around_user_namespace(self);
  }
  if (error == 0 && request.plan.root_in_joined_user_namespace) error = init_step::become_namespace_root(self);
  int pidfd = -1;
  if (error == 0) {
    const long pid = clone_now(request, Parenthood::sibling, pidfd);
    if (pid == 0) {
      ::close(answer);
      run_init(request.plan, request.steps);
    }
    if (pid < 0) error = self.fail(static_cast<int>(pid), "clone init");
  }
  if (error != 0) {
    SyncMessage message{.kind = SyncKind::failed, .step = Step::join_namespaces, .error = error};
    __builtin_memcpy(message.detail, self.detail, sizeof message.detail);
    send_sync(self.sync, message);
    ::_exit(1);
  }
  send_fd(answer, pidfd, "init");
  ::_exit(0);
}

Cloned clone_through_intermediate(CloneRequest request) {
  base::FdPair answer = base::make_socket_pair(SOCK_SEQPACKET);
  clone_args args{};
  args.exit_signal = SIGCHLD;
  // The root of a user namespace could not go there any more.
  if (request.enters_container && request.cgroup) {
    args.flags |= CLONE_INTO_CGROUP;
    args.cgroup = static_cast<std::uint64_t>(*request.cgroup);
    request.cgroup.reset();
  }
  const long between = sys::clone3(args);
  if (between < 0) throw base::SysError("clone", static_cast<int>(-between));
  if (between == 0) run_intermediate(request, answer.second.get());
  const base::ScopeExit reap([between] { ::waitpid(static_cast<pid_t>(between), nullptr, 0); });
  answer.second.reset();
  auto pidfd = receive_fd(answer.first.get());
  if (!pidfd) return {};  // the reason is in the sync socket
  Cloned cloned;
  cloned.pidfd = std::move(*pidfd);
  cloned.pid = pid_of(cloned.pidfd);
  return cloned;
}

/// While it lives, children of this process are born in that PID namespace.
class PidNamespaceForChildren {
 public:
  explicit PidNamespaceForChildren(const base::UniqueFd& target) {
    if (!target.valid()) return;
    own_ = base::open_file("/proc/self/ns/pid", O_RDONLY);
    if (const int error = sys::setns(target.get(), CLONE_NEWPID); error < 0) {
      throw base::SysError("join the PID namespace", -error);
    }
  }
  PidNamespaceForChildren(const PidNamespaceForChildren&) = delete;
  PidNamespaceForChildren& operator=(const PidNamespaceForChildren&) = delete;
  ~PidNamespaceForChildren() {
    if (own_.valid()) sys::setns(own_.get(), CLONE_NEWPID);
  }

 private:
  base::UniqueFd own_;
};

}  // namespace

Cloned clone_init(CloneRequest request) {
  if (fault("sibling_ignored")) request.sibling = false;
  if (request.sibling && request.namespaces.intermediate) {
    throw std::runtime_error(
        "--sibling: init cannot be a sibling when it joins a user namespace, or joins others and gets "
        "a new user namespace: another process must come between");
  }
  if (request.sibling && ::getpid() == 1) {
    throw std::runtime_error("--sibling: the first process of a PID namespace has no parent to give init to");
  }
  const PidNamespaceForChildren pid_namespace(request.namespaces.pid_namespace);
  if (request.namespaces.intermediate) return clone_through_intermediate(request);
  int pidfd = -1;
  const long pid = clone_now(request, request.sibling ? Parenthood::sibling : Parenthood::child, pidfd);
  if (pid == 0) run_init(request.plan, request.steps);
  if (pid < 0) throw base::SysError("clone init", static_cast<int>(-pid));
  return {.pid = static_cast<pid_t>(pid), .pidfd = base::UniqueFd(pidfd)};
}

}  // namespace refrun
