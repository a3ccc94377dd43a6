#include "harness/lane/rootless_user.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/scope_exit.h"
#include "base/sys_error.h"
#include "base/text.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;

const fs::path kUnified = "/sys/fs/cgroup";

[[noreturn]] void refuse(const std::string& doing, std::string_view why) {
  throw Unavailable(fmt::format("--rootless: {}: {}", doing, why));
}

/// What a user must own of a delegated group (cgroups(7)).
void give(const fs::path& group) {
  for (const char* file : {"", "cgroup.procs", "cgroup.threads", "cgroup.subtree_control"}) {
    const fs::path path = *file == '\0' ? group : group / file;
    if (::chown(path.c_str(), RootlessUser::kId, RootlessUser::kId) != 0)
      refuse("chown " + path.string(), base::errno_name(errno));
  }
}

void make(const fs::path& group) {
  if (::mkdir(group.c_str(), 0755) != 0) refuse("mkdir " + group.string(), base::errno_name(errno));
}

/// Hands every controller down that the group has.
void hand_down(const fs::path& group) {
  const std::string controllers = base::read_file(group / "cgroup.controllers");
  for (const std::string_view controller : base::words(controllers))
    base::write_control(group / "cgroup.subtree_control", "+" + std::string(controller));
}

void remove_below(const fs::path& group) {
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator(group, gone))
    if (entry.is_directory()) remove_below(entry.path());
  ::rmdir(group.c_str());
}

fs::path own_group() {
  const std::string text = base::read_file("/proc/self/cgroup");
  for (const std::string_view line : base::split(text, '\n'))
    if (line.starts_with("0::")) return kUnified / fs::path(line.substr(3)).relative_path();
  return kUnified;
}

}  // namespace

RootlessUser::RootlessUser(const std::string& group) {
  if (::geteuid() != 0) refuse("make a user namespace for somebody else", "root is needed");
  try {
    make_namespace();
    if (!group.empty()) delegate_group(group);
  } catch (const base::SysError& error) {
    refuse("make a user", error.what());
  }
}

RootlessUser::~RootlessUser() {
  if (!directory_.empty()) {
    try {
      base::write_control(before_ / "cgroup.procs", "0");
    } catch (const base::SysError&) {
      // rmdir fails then, and the sweep at the end of the run reports the group
    }
    remove_below(directory_);
  }
}

// It takes a process to make one, which is gone once we hold the namespace: the one fork beside harness/spawn that is
// not measured.
void RootlessUser::make_namespace() {
  base::FdPair made = base::make_pipe();
  const pid_t maker = ::fork();
  if (maker < 0) refuse("fork", base::errno_name(errno));
  if (maker == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::unshare(CLONE_NEWUSER) != 0 || ::write(made.second.get(), "+", 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  const base::ScopeExit end_maker([maker] {
    ::kill(maker, SIGKILL);
    ::waitpid(maker, nullptr, 0);
  });
  made.second.reset();
  char said = 0;
  if (::read(made.first.get(), &said, 1) != 1) refuse("make a user namespace", "unshare(CLONE_NEWUSER) failed");
  const std::string map = fmt::format("0 {} 1\n1 {} {}\n", kId, kSubordinate, kSubordinates);
  for (const char* file : {"uid_map", "gid_map"}) base::write_control(fmt::format("/proc/{}/{}", maker, file), map);
  namespace_ = base::open_file(fmt::format("/proc/{}/ns/user", maker), O_RDONLY);
}

void RootlessUser::delegate_group(const std::string& name) {
  before_ = own_group();
  cgroup_ = "/" + name;
  directory_ = kUnified / name;
  hand_down(kUnified);
  make(directory_);
  hand_down(directory_);
  make(directory_ / "caller");  // beside the containers' groups: whoever hands controllers down has no processes
  give(directory_);
  give(directory_ / "caller");
  base::write_control(directory_ / "caller" / "cgroup.procs", "0");
}

std::vector<std::string> RootlessUser::launcher() const {
  return {
      "nsenter", fmt::format("--user=/proc/{}/fd/{}", ::getpid(), namespace_.get()), "--setuid", "0", "--setgid", "0",
      "--"};
}

}  // namespace runproof
