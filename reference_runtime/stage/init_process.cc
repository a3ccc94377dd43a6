#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/ioprio.h"
#include "reference_runtime/seccomp/filter.h"
#include "reference_runtime/stage/init_steps.h"
#include "reference_runtime/sys/rooted.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun::init_step {
namespace {

constexpr std::uint64_t kSysAdmin = std::uint64_t{1} << CAP_SYS_ADMIN;
constexpr int kLastCapability = 63;

/// Loading a filter takes no_new_privs or CAP_SYS_ADMIN. Without the former the latter stays in hand until execve(2),
/// which computes the new sets from the inheritable, bounding and ambient ones alone (capabilities(7)).
bool keeps_sys_admin(const ProcessPlan& process) noexcept {
  return process.seccomp.has_value() && !process.no_new_privileges;
}

Capabilities wanted_capabilities(const ProcessPlan& process) noexcept {
  Capabilities wanted = process.capabilities.value_or(Capabilities{});
  if (fault("capabilities_inherited")) wanted.inheritable = wanted.permitted;
  return wanted;
}

}  // namespace

int set_personality(Init& init) noexcept {
  return ::personality(*init.plan.process->personality) >= 0 ? 0 : init.fail(errno, "set the personality");
}

int set_scheduler(Init& init) noexcept {
  const Scheduler& scheduler = *init.plan.process->scheduler;
  sys::SchedAttr attr;
  attr.policy = scheduler.policy;
  attr.flags = scheduler.flags;
  attr.nice = scheduler.nice;
  attr.priority = scheduler.priority;
  attr.runtime = scheduler.runtime;
  attr.deadline = scheduler.deadline;
  attr.period = scheduler.period;
  const int error = sys::sched_setattr(0, attr);
  return error < 0 ? init.fail(error, "set the scheduler") : 0;
}

int set_io_priority(Init& init) noexcept {
  const int error = sys::ioprio_set(IOPRIO_WHO_PROCESS, 0, init.plan.process->io_priority->value());
  return error < 0 ? init.fail(error, "set the I/O priority") : 0;
}

int set_memory_policy(Init& init) noexcept {
  const ProcessPlan& process = *init.plan.process;
  constexpr unsigned long kBitsPerWord = 8 * sizeof(unsigned long);
  const unsigned long* nodes = process.memory_nodes.empty() ? nullptr : process.memory_nodes.data();
  const int error = sys::set_mempolicy(process.memory_policy->mode | process.memory_policy->flags, nodes,
                                       nodes == nullptr ? 0 : process.memory_nodes.size() * kBitsPerWord + 1);
  return error < 0 ? init.fail(error, "set the memory policy") : 0;
}

int set_no_new_privileges(Init& init) noexcept {
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : init.fail(errno, "set no_new_privs");
}

int set_groups(Init& init) noexcept {
  const ProcessPlan& process = *init.plan.process;
  if (process.may_set_groups) {
    const int error = sys::setgroups(process.groups.size(), process.groups.data());
    if (error < 0) return init.fail(error, "set the additional groups");
  }
  const int error = sys::setresgid(process.gid);
  return error < 0 ? init.fail(error, "set the group") : 0;
}

int bound_capabilities(Init& init) noexcept {
  const Capabilities wanted = wanted_capabilities(*init.plan.process);
  // While everything is still in hand: what is inheritable need not be in the bounding set that comes next.
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct now[2] = {};
  if (::syscall(SYS_capget, &header, now) != 0) return init.fail(errno, "read the capabilities");
  const std::uint64_t permitted = now[0].permitted | (std::uint64_t{now[1].permitted} << 32);
  if (const int error = sys::capset(permitted, permitted, wanted.inheritable); error < 0) {
    return init.fail(error, "set the inheritable capabilities");
  }
  for (int capability = 0; capability <= kLastCapability; ++capability) {
    if ((wanted.bounding >> capability & 1) != 0) continue;
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0) continue;
    if (errno == EINVAL) break;  // beyond the kernel's last
    return init.fail(errno, "drop a capability from the bounding set");
  }
  return 0;
}

int set_user(Init& init) noexcept {
  const ProcessPlan& process = *init.plan.process;
  if (::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) return init.fail(errno, "keep the capabilities");
  const int error = sys::setresuid(process.uid);
  if (error < 0) return init.fail(error, "set the user");
  ::prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
  return 0;
}

int set_capabilities(Init& init) noexcept {
  const ProcessPlan& process = *init.plan.process;
  const Capabilities wanted = wanted_capabilities(process);
  const std::uint64_t kept = keeps_sys_admin(process) ? kSysAdmin : 0;
  if (const int error = sys::capset(wanted.effective | kept, wanted.permitted | kept, wanted.inheritable); error < 0) {
    return init.fail(error, "set the capabilities");
  }
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  for (int capability = 0; capability <= kLastCapability; ++capability) {
    if ((wanted.ambient >> capability & 1) == 0) continue;
    if (::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) != 0) {
      return init.fail(errno, "raise an ambient capability");
    }
  }
  return 0;
}

int drop_sys_admin(Init& init) noexcept {
  const Capabilities wanted = wanted_capabilities(*init.plan.process);
  const int error = sys::capset(wanted.effective, wanted.permitted, wanted.inheritable);
  return error < 0 ? init.fail(error, "set the capabilities") : 0;
}

int load_seccomp(Init& init) noexcept {
  const SeccompFilter& filter = *init.plan.process->seccomp;
  const int listener =
      install_seccomp(filter.program.data(), static_cast<unsigned short>(filter.program.size()), filter.flags);
  if (listener < 0) return init.fail(listener, "load the seccomp filter");
  if (!filter.notifies) return 0;
  // One system call and no answer: whatever the filter notifies of, the listener is on its way.
  const bool sent = send_sync_with(init.sync, SyncMessage{.kind = SyncKind::seccomp_listener}, listener);
  if (fault("listener_kept_open")) {
    ::fcntl(listener, F_SETFD, 0);
  } else {
    ::close(listener);
  }
  return sent ? 0 : init.fail(EPIPE, "hand over the seccomp filter's listener");
}

int set_umask(Init& init) noexcept {
  ::umask(init.plan.process->umask);
  return 0;
}

int create_cwd(Init& init) noexcept {
  const int cwd = make_directory_in_root(init.root, init.plan.process->payload.cwd.c_str() + 1);
  // What is there but cannot be entered may be meant for the user alone: enter_cwd decides.
  if (cwd >= 0) ::close(cwd);
  return 0;
}

int own_standard_streams(Init& init) noexcept {
  // So that the user can reopen /dev/stdout and its like. Devices are the host's: /dev/null belongs to all.
  for (int stream = 0; stream <= 2; ++stream) {
    struct stat st {};
    if (::fstat(stream, &st) != 0 || S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)) continue;
    if (st.st_uid != init.plan.process->uid) {
      [[maybe_unused]] const int refused = ::fchown(stream, init.plan.process->uid, st.st_gid);
    }
  }
  return 0;
}

int enter_cwd(Init& init) noexcept {
  const std::string& cwd = init.plan.process->payload.cwd;
  if (::chdir(cwd.c_str()) != 0) return init.fail(errno, "enter the working directory ", cwd.c_str());
  if (fault("host_root_left_open")) return 0;
  // A path through a leaked descriptor may lead out of the root (CVE-2024-21626): the kernel then says "(unreachable)".
  char path[4096];
  const long length = ::syscall(SYS_getcwd, path, sizeof path);
  if (length < 0 && errno != ERANGE) return init.fail(errno, "working directory outside of the root: ", cwd.c_str());
  if (length >= 0 && path[0] != '/') return init.fail(EPERM, "working directory outside of the root: ", cwd.c_str());
  return 0;
}

int set_rlimits(Init& init) noexcept {
  for (const Rlimit& limit : init.plan.process->rlimits) {
    const std::uint64_t values[2] = {limit.soft, limit.hard};
    const int error = sys::prlimit(0, limit.resource, values);
    if (error < 0) {
      std::snprintf(init.detail, sizeof init.detail, "set resource limit number %d", limit.resource);
      return -error;
    }
  }
  return 0;
}

}  // namespace refrun::init_step
