#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "harness/host/probe.h"
#include "harness/host/try_in_child.h"
#include "harness/observe/death.h"
#include "harness/observe/namespaces.h"
#include "harness/observe/pause.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

namespace runproof {
namespace {

struct Kind {
  std::string_view name;
  int flag = 0;
};
constexpr Kind kKinds[] = {{"cgroup", CLONE_NEWCGROUP}, {"ipc", CLONE_NEWIPC}, {"mnt", CLONE_NEWNS},
                           {"net", CLONE_NEWNET},       {"pid", CLONE_NEWPID}, {"time", CLONE_NEWTIME},
                           {"user", CLONE_NEWUSER},     {"uts", CLONE_NEWUTS}};

bool can_unshare(int flags) {
  return try_in_child(
             [](const void* wanted) noexcept { return ::unshare(*static_cast<const int*>(wanted)) == 0 ? 0 : 1; },
             &flags) == 0;
}

/// As the user "nobody", who has no rights.
bool nobody_can_unshare_user() {
  return try_in_child(
             [](const void*) noexcept {
               constexpr unsigned kNobody = 65534;
               const bool changed = ::syscall(SYS_setgroups, 0, nullptr) == 0 &&
                                    ::syscall(SYS_setresgid, kNobody, kNobody, kNobody) == 0 &&
                                    ::syscall(SYS_setresuid, kNobody, kNobody, kNobody) == 0;
               return changed && ::unshare(CLONE_NEWUSER) == 0 ? 0 : 1;
             },
             nullptr) == 0;
}

struct OrphanPipes {
  int tell = -1;  ///< written: its number
  int gate = -1;  ///< read: it ends when that does
  int gate_end = -1;
};

int leave_an_orphan(const void* data) noexcept {
  const OrphanPipes& pipes = *static_cast<const OrphanPipes*>(data);
  const pid_t orphan = ::fork();
  if (orphan == 0) {
    char byte = 0;
    ::close(pipes.gate_end);
    ::_exit(::read(pipes.gate, &byte, 1) == 0 ? 0 : 1);
  }
  return ::write(pipes.tell, &orphan, sizeof orphan) == sizeof orphan ? 0 : 1;
}

/// A PID 1 that reaps later than this leaves zombies for others to stumble over.
constexpr std::chrono::milliseconds kPrompt{30};

/// Leaves a process to whoever takes orphans above us, and sees whether it gets reaped.
bool orphans_are_reaped() {
  int subreaper = 0;
  ::prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
  if (subreaper != 0) ::prctl(PR_SET_CHILD_SUBREAPER, 0);
  base::FdPair gate = base::make_pipe();
  const base::FdPair tell = base::make_pipe();
  const OrphanPipes pipes{.tell = tell.second.get(), .gate = gate.first.get(), .gate_end = gate.second.get()};
  const bool left = try_in_child(leave_an_orphan, &pipes) == 0;
  if (subreaper != 0) ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  pid_t pid = -1;
  if (!left || ::read(tell.first.get(), &pid, sizeof pid) != sizeof pid || pid <= 0) return false;

  const std::optional<Mortal> orphan = Mortal::watch(pid);
  gate.second.reset();
  if (!orphan) return true;
  Pause pause;
  const auto deadline = base::Deadline::in(kPrompt);
  while (orphan->look().fate < Fate::gone)
    if (!pause.next(deadline)) return false;
  return true;
}

}  // namespace

void probe_namespaces(Facts& facts) {
  for (const auto& [name, id] : namespaces_of(::getpid())) facts.namespaces.insert(name);
  // Without the right to make the others, a user namespace of one's own gives it.
  const int with = facts.has_capability("CAP_SYS_ADMIN") ? 0 : CLONE_NEWUSER;
  for (const Kind& kind : kKinds)
    if (can_unshare(kind.flag | with)) facts.can_unshare.emplace(kind.name);
  facts.unprivileged_user_namespaces =
      ::geteuid() == 0 ? nobody_can_unshare_user() : facts.can_unshare.contains("user");
  const std::string most = base::read_file_if_there("/proc/sys/user/max_user_namespaces").value_or("0");
  facts.max_user_namespaces = base::to_number(base::trim(most)).value_or(0);
  facts.pid1_reaps = orphans_are_reaped();
}

}  // namespace runproof
