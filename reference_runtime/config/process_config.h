#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace refrun {

// config.md#process: what config.json says of the payload. Numbers are the kernel's own (RLIMIT_*, SCHED_*, IOPRIO_*).

struct ConsoleSize {
  std::uint16_t height = 0;
  std::uint16_t width = 0;
};

struct User {
  uid_t uid = 0;
  gid_t gid = 0;
  std::optional<mode_t> umask;
  std::vector<gid_t> additional_gids;
};

/// Capability sets as bit masks: bit N is capability N of <linux/capability.h>. Names that this program does not know
/// were warned of and left out.
struct Capabilities {
  std::uint64_t bounding = 0;
  std::uint64_t effective = 0;
  std::uint64_t inheritable = 0;
  std::uint64_t permitted = 0;
  std::uint64_t ambient = 0;
};

struct Rlimit {
  int resource = 0;  // RLIMIT_NOFILE ...
  std::uint64_t soft = 0;
  std::uint64_t hard = 0;
};

struct Scheduler {
  std::uint32_t policy = 0;  // SCHED_FIFO ...
  std::int32_t nice = 0;
  std::int32_t priority = 0;
  std::uint64_t flags = 0;     // SCHED_FLAG_*, as in struct sched_attr
  std::uint64_t runtime = 0;   // nanoseconds
  std::uint64_t deadline = 0;  // nanoseconds
  std::uint64_t period = 0;    // nanoseconds
};

struct IoPriority {
  int io_class = 0;  // IOPRIO_CLASS_RT 1, BE 2, IDLE 3
  int level = 0;     // 0 (highest) to 7
  /// What ioprio_set(2) takes.
  [[nodiscard]] int value() const { return (io_class << 13) | level; }
};

/// Lists of CPU numbers; nullopt: leave the affinity alone.
struct CpuAffinity {
  std::optional<std::vector<unsigned>> initial;
  std::optional<std::vector<unsigned>> final;
};

struct Process {
  bool terminal = false;
  std::optional<ConsoleSize> console_size;  // only with terminal
  User user;
  std::vector<std::string> args;
  std::vector<std::string> env;
  std::string cwd;
  std::optional<Capabilities> capabilities;
  std::vector<Rlimit> rlimits;
  bool no_new_privileges = false;
  std::string apparmor_profile;
  std::optional<int> oom_score_adj;
  std::optional<Scheduler> scheduler;
  std::string selinux_label;
  std::optional<IoPriority> io_priority;
  std::optional<CpuAffinity> exec_cpu_affinity;
};

}  // namespace refrun
