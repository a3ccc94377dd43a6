#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runproof {

/// /proc/PID/stat (proc(5)). `state` is one of R S D Z X T t I W P.
struct ProcessStat {
  pid_t pid = 0;
  std::string name;  ///< comm: at most 15 bytes, may hold spaces and parentheses
  char state = '?';
  pid_t ppid = 0;
  pid_t group = 0;
  pid_t session = 0;
  int tty = 0;
  bool exiting = false;  ///< past its last instruction, on its way to be a zombie (PF_EXITING of `flags`)
  int threads = 0;
  std::uint64_t start_time = 0;  ///< clock ticks since boot: with the pid, it names a process for good
  [[nodiscard]] bool is_zombie() const { return state == 'Z' || state == 'X'; }
};
/// nullopt where the text is no stat line.
[[nodiscard]] std::optional<ProcessStat> parse_stat(std::string_view text);

/// A set of signals or capabilities, as /proc/PID/status prints it in hexadecimal.
using Mask = std::uint64_t;
/// "KILL TERM RT1": names of the signals in a mask (bit 0 is signal 1).
[[nodiscard]] std::string signal_names(Mask mask);

/// /proc/PID/status (proc(5)). Lines that this kernel does not print keep the defaults.
struct ProcessStatus {
  std::string name;
  char state = '?';
  std::optional<mode_t> umask;
  pid_t tgid = 0;
  pid_t pid = 0;
  pid_t ppid = 0;
  std::array<uid_t, 4> uids{};  ///< real, effective, saved, file system
  std::array<gid_t, 4> gids{};
  std::vector<gid_t> groups;
  std::vector<pid_t> pids_by_namespace;  ///< NSpid: the outermost first
  int threads = 0;
  Mask pending = 0;         ///< SigPnd: of the thread
  Mask shared_pending = 0;  ///< ShdPnd: of the process
  Mask blocked = 0;
  Mask ignored = 0;
  Mask caught = 0;
  Mask cap_inheritable = 0;
  Mask cap_permitted = 0;
  Mask cap_effective = 0;
  Mask cap_bounding = 0;
  Mask cap_ambient = 0;
  bool no_new_privileges = false;
  int seccomp = 0;  ///< 0 off, 1 strict, 2 filter
  int seccomp_filters = 0;
  std::string cpus_allowed;  ///< "0-3"
  std::string mems_allowed;
};
[[nodiscard]] ProcessStatus parse_status(std::string_view text);

/// One line of /proc/PID/limits; nullopt is "unlimited".
struct Limit {
  std::string name;  ///< "Max open files"
  std::optional<std::uint64_t> soft;
  std::optional<std::uint64_t> hard;
};
[[nodiscard]] std::vector<Limit> parse_limits(std::string_view text);

/// An open descriptor and what it leads to: a path, "pipe:[123]", "socket:[45]", "anon_inode:[eventfd]".
struct OpenFd {
  int fd = -1;
  std::string target;
};

// Of a live process, read now. Each gives nullopt (or nothing) where there is no such process. Throws SysError where
// /proc forbids it.
[[nodiscard]] std::optional<ProcessStat> proc_stat(pid_t pid);
[[nodiscard]] std::optional<ProcessStatus> proc_status(pid_t pid);
[[nodiscard]] std::optional<ProcessStat> thread_stat(pid_t pid, pid_t tid);
[[nodiscard]] std::optional<ProcessStatus> thread_status(pid_t pid, pid_t tid);
[[nodiscard]] std::optional<std::vector<std::string>> cmdline_of(pid_t pid);
[[nodiscard]] std::optional<std::vector<std::string>> environ_of(pid_t pid);
/// The kernel function it sleeps in, "" where it runs or the kernel hides it.
[[nodiscard]] std::optional<std::string> wchan_of(pid_t pid);
[[nodiscard]] std::optional<std::vector<Limit>> limits_of(pid_t pid);
[[nodiscard]] std::optional<int> oom_score_adj_of(pid_t pid);
/// What "exe", "cwd" or "root" of /proc/PID leads to.
[[nodiscard]] std::optional<std::string> link_of(pid_t pid, std::string_view name);
[[nodiscard]] std::vector<OpenFd> fds_of(pid_t pid);
/// Ids of all threads of the process, dead leaders included.
[[nodiscard]] std::vector<pid_t> threads_of(pid_t pid);
/// Its children, by a scan of /proc.
[[nodiscard]] std::vector<pid_t> children_of(pid_t pid);
/// Its parent, the parent's parent, and so on up to the first process of our PID namespace. Nothing where there is no
/// such process.
[[nodiscard]] std::vector<pid_t> ancestors_of(pid_t pid);
/// All process ids in our /proc.
[[nodiscard]] std::vector<pid_t> all_processes();
/// Whether `pid` still is the process that started then, alive or zombie.
[[nodiscard]] bool is_same(pid_t pid, std::uint64_t start_time);

}  // namespace runproof
