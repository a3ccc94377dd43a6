#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reference_runtime/config/config.h"
#include "reference_runtime/exec/executor.h"
#include "reference_runtime/seccomp/filter.h"

namespace refrun {

/// process.* turned into what system calls take.
struct ProcessPlan {
  Payload payload;
  bool terminal = false;
  std::optional<ConsoleSize> console_size;
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  bool may_set_groups = true;  // false where /proc/self/setgroups says deny
  mode_t umask = 022;
  std::vector<Rlimit> rlimits;
  bool no_new_privileges = false;
  std::optional<Capabilities> capabilities;  // already reduced to what the kernel knows and we hold
  std::optional<Scheduler> scheduler;
  std::optional<IoPriority> io_priority;
  std::optional<unsigned long> personality;
  std::optional<MemoryPolicy> memory_policy;
  std::vector<unsigned long> memory_nodes;  // bit mask for set_mempolicy(2)
  std::optional<SeccompFilter> seccomp;
  std::string apparmor_exec;  // "exec PROFILE"
  std::string selinux_label;
  std::size_t home_entry = 0;  // index into payload.env, to be filled in init; see set_home
  bool home_unset = false;
  std::size_t listen_pid_entry = 0;  // the same for LISTEN_PID
  bool listen_pid_unset = false;
};

}  // namespace refrun
