// <linux/mount.h> and not <sys/mount.h>: the two clash in glibc 2.36.
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "harness/host/probe.h"
#include "harness/spawn/reaper.h"

namespace runproof {
namespace {

/// A user namespace with a map, as a descriptor; held open by a child only while it is set up. Not valid where there is
/// none to be had.
base::UniqueFd mapped_user_namespace() {
  base::FdPair gate = base::make_pipe();
  pid_t pid = -1;
  const Reaper::Hold hold = Reaper::instance().hold_new([&] {
    pid = static_cast<pid_t>(::syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, nullptr));
    if (pid == 0) {  // system calls only: see try_in_child.h
      char byte = 0;
      ::close(gate.second.get());
      ::_exit(::read(gate.first.get(), &byte, 1) == 0 ? 0 : 1);
    }
    return pid;
  });
  if (pid < 0) return {};
  base::UniqueFd fd;
  try {
    const std::string proc = "/proc/" + std::to_string(pid);
    base::write_control(proc + "/uid_map", "0 100000 1000");
    base::write_control(proc + "/gid_map", "0 100000 1000");
    fd = base::open_file(proc + "/ns/user", O_RDONLY);
  } catch (const base::SysError&) {
    fd.reset();
  }
  gate.second.reset();
  while (::waitpid(pid, nullptr, __WALL) < 0 && errno == EINTR) {
  }
  return fd;
}

bool can_map_ids(const std::filesystem::path& scratch) {
  const base::UniqueFd tree(
      static_cast<int>(::syscall(SYS_open_tree, AT_FDCWD, scratch.c_str(), OPEN_TREE_CLONE | O_CLOEXEC)));
  const base::UniqueFd users = tree.valid() ? mapped_user_namespace() : base::UniqueFd();
  if (!users.valid()) return false;
  mount_attr attributes = {};
  attributes.attr_set = MOUNT_ATTR_IDMAP;
  attributes.userns_fd = static_cast<__u64>(users.get());
  return ::syscall(SYS_mount_setattr, tree.get(), "", AT_EMPTY_PATH, &attributes, sizeof attributes) == 0;
}

}  // namespace

void probe_mounts(Facts& facts, const std::filesystem::path& scratch) {
  const std::string systems = base::read_file_if_there("/proc/filesystems").value_or("");
  for (const std::string_view line : base::split(systems, '\n')) {
    const std::vector<std::string_view> words = base::words(line);
    if (!words.empty()) facts.file_systems.emplace(words.back());
  }
  facts.overlayfs = facts.file_systems.contains("overlay");
  facts.idmapped_mounts = facts.mount_setattr && can_map_ids(scratch);
}

}  // namespace runproof
