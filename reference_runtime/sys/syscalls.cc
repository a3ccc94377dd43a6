#include "reference_runtime/sys/syscalls.h"

#include <linux/capability.h>
#include <linux/keyctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace refrun::sys {
namespace {

/// syscall(2) turned back into the kernel's own convention.
template <typename... Args>
long raw(long number, Args... args) noexcept {
  const long result = ::syscall(number, args...);
  return result < 0 ? -errno : result;
}

template <typename... Args>
int raw_int(long number, Args... args) noexcept {
  return static_cast<int>(raw(number, args...));
}

}  // namespace

long clone3(clone_args& args) noexcept { return raw(SYS_clone3, &args, sizeof args); }
int setns(int fd, int type) noexcept { return raw_int(SYS_setns, fd, type); }
int unshare(int flags) noexcept { return raw_int(SYS_unshare, flags); }

int openat2(int dir, const char* path, std::uint64_t flags, std::uint64_t resolve, mode_t mode) noexcept {
  open_how how{};
  how.flags = flags | O_CLOEXEC;
  how.mode = mode;
  how.resolve = resolve;
  for (;;) {
    // EAGAIN: something was renamed during the walk (openat2(2)); EINTR: a signal. Both ask to be tried again.
    const int fd = raw_int(SYS_openat2, dir, path, &how, sizeof how);
    if (fd != -EAGAIN && fd != -EINTR) return fd;
  }
}
int open_tree(int dir, const char* path, unsigned flags) noexcept {
  return raw_int(SYS_open_tree, dir, path, flags | OPEN_TREE_CLOEXEC);
}
int move_mount(int from, const char* from_path, int to, const char* to_path, unsigned flags) noexcept {
  return raw_int(SYS_move_mount, from, from_path, to, to_path, flags);
}
int mount_setattr(int dir, const char* path, unsigned flags, const mount_attr& attr) noexcept {
  return raw_int(SYS_mount_setattr, dir, path, flags, &attr, sizeof attr);
}
int mount(const char* source, const char* target, const char* type, unsigned long flags, const char* data) noexcept {
  return raw_int(SYS_mount, source, target, type, flags, data);
}
int umount2(const char* target, int flags) noexcept { return raw_int(SYS_umount2, target, flags); }
int fsopen(const char* type, unsigned flags) noexcept { return raw_int(SYS_fsopen, type, flags | FSOPEN_CLOEXEC); }
int fsconfig(int fs, unsigned command, const char* key, const char* value) noexcept {
  return raw_int(SYS_fsconfig, fs, command, key, value, 0);
}
int fsmount(int fs, unsigned flags, unsigned attributes) noexcept {
  return raw_int(SYS_fsmount, fs, flags | FSMOUNT_CLOEXEC, attributes);
}
int fspick(int dir, const char* path, unsigned flags) noexcept {
  return raw_int(SYS_fspick, dir, path, flags | FSPICK_CLOEXEC);
}
int pivot_root(const char* new_root, const char* put_old) noexcept {
  return raw_int(SYS_pivot_root, new_root, put_old);
}

int pidfd_open(pid_t pid, unsigned flags) noexcept { return raw_int(SYS_pidfd_open, pid, flags); }
int pidfd_send_signal(int pidfd, int signal) noexcept {
  return raw_int(SYS_pidfd_send_signal, pidfd, signal, nullptr, 0);
}
int pidfd_getfd(int pidfd, int fd) noexcept { return raw_int(SYS_pidfd_getfd, pidfd, fd, 0); }
int close_range(unsigned first, unsigned last, unsigned flags) noexcept {
  return raw_int(SYS_close_range, first, last, flags);
}

int setresuid(uid_t uid) noexcept { return raw_int(SYS_setresuid, uid, uid, uid); }
int setresgid(gid_t gid) noexcept { return raw_int(SYS_setresgid, gid, gid, gid); }
int setgroups(std::size_t count, const gid_t* groups) noexcept { return raw_int(SYS_setgroups, count, groups); }

int capset(std::uint64_t effective, std::uint64_t permitted, std::uint64_t inheritable) noexcept {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[2] = {};
  for (unsigned i = 0; i < 2; ++i) {
    data[i].effective = static_cast<std::uint32_t>(effective >> (32 * i));
    data[i].permitted = static_cast<std::uint32_t>(permitted >> (32 * i));
    data[i].inheritable = static_cast<std::uint32_t>(inheritable >> (32 * i));
  }
  return raw_int(SYS_capset, &header, data);
}

int join_session_keyring(const char* name) noexcept { return raw_int(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name); }

int set_default_action(int signal) noexcept {
  struct KernelSigaction {
    void* handler = nullptr;  // SIG_DFL
    unsigned long flags = 0;
    void* restorer = nullptr;
    std::uint64_t mask = 0;
  } action;
  return raw_int(SYS_rt_sigaction, signal, &action, nullptr, sizeof action.mask);
}
int set_signal_mask(std::uint64_t mask) noexcept {
  return raw_int(SYS_rt_sigprocmask, SIG_SETMASK, &mask, nullptr, sizeof mask);
}
int prlimit(pid_t pid, int resource, const std::uint64_t* soft_and_hard) noexcept {
  return raw_int(SYS_prlimit64, pid, resource, soft_and_hard, nullptr);
}
int ioprio_set(int who, int id, int value) noexcept { return raw_int(SYS_ioprio_set, who, id, value); }
int set_mempolicy(int mode, const unsigned long* nodes, unsigned long max_node) noexcept {
  return raw_int(SYS_set_mempolicy, mode, nodes, max_node);
}
int sched_setattr(pid_t pid, const SchedAttr& attr) noexcept { return raw_int(SYS_sched_setattr, pid, &attr, 0); }

}  // namespace refrun::sys
