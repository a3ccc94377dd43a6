#pragma once

#include <linux/mount.h>
#include <linux/openat2.h>
#include <linux/sched.h>
#include <sys/types.h>

#include <cstdint>

#include "reference_runtime/sys/kernel_constants.h"

/// System calls that glibc 2.36 does not wrap, or wraps with state of its own. All are raw, async-signal-safe and fit
/// for use between clone and exec. Each returns what the kernel returns: a value, or minus errno.
namespace refrun::sys {

/// clone3(2) in the manner of fork(2): 0 in the child. Allocation in the child is safe only in a one-thread program.
long clone3(clone_args& args) noexcept;
int setns(int fd, int type) noexcept;
int unshare(int flags) noexcept;

int openat2(int dir, const char* path, std::uint64_t flags, std::uint64_t resolve, mode_t mode = 0) noexcept;
int open_tree(int dir, const char* path, unsigned flags) noexcept;
int move_mount(int from, const char* from_path, int to, const char* to_path, unsigned flags) noexcept;
int mount_setattr(int dir, const char* path, unsigned flags, const mount_attr& attr) noexcept;
int mount(const char* source, const char* target, const char* type, unsigned long flags, const char* data) noexcept;
int umount2(const char* target, int flags) noexcept;
int fsopen(const char* type, unsigned flags) noexcept;
int fsconfig(int fs, unsigned command, const char* key, const char* value) noexcept;
int fsmount(int fs, unsigned flags, unsigned attributes) noexcept;
int fspick(int dir, const char* path, unsigned flags) noexcept;
int pivot_root(const char* new_root, const char* put_old) noexcept;

int pidfd_open(pid_t pid, unsigned flags) noexcept;
int pidfd_send_signal(int pidfd, int signal) noexcept;
int pidfd_getfd(int pidfd, int fd) noexcept;
int close_range(unsigned first, unsigned last, unsigned flags) noexcept;

int setresuid(uid_t uid) noexcept;  // this thread only, as the kernel means it: all three ids
int setresgid(gid_t gid) noexcept;
int setgroups(std::size_t count, const gid_t* groups) noexcept;
int capset(std::uint64_t effective, std::uint64_t permitted, std::uint64_t inheritable) noexcept;
int join_session_keyring(const char* name) noexcept;
int set_default_action(int signal) noexcept;  // rt_sigaction SIG_DFL
int set_signal_mask(std::uint64_t mask) noexcept;
int prlimit(pid_t pid, int resource, const std::uint64_t* soft_and_hard) noexcept;
int ioprio_set(int who, int id, int value) noexcept;
int set_mempolicy(int mode, const unsigned long* nodes, unsigned long max_node) noexcept;

/// struct sched_attr of sched_setattr(2), which no header of Debian 12 offers to user programs.
struct SchedAttr {
  std::uint32_t size = 48;
  std::uint32_t policy = 0;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0;
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};
int sched_setattr(pid_t pid, const SchedAttr& attr) noexcept;

}  // namespace refrun::sys
