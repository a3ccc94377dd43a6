#pragma once

#include <sys/types.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/unique_fd.h"
#include "reference_runtime/cgroup/place.h"
#include "reference_runtime/config/resources_config.h"

namespace refrun {

/// A cgroup operation that cannot be done, in words; system errors come as base::SysError.
class CgroupError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

enum class Privilege {
  full,      // a failure to create or set is an error
  rootless,  // hierarchies without permission are left out, unless resources need them
};

struct CgroupRequest {
  std::string id;                      // names the cgroup where `path` is absent
  std::optional<std::string> path;     // linux.cgroupsPath; "slice:prefix:name" with systemd
  std::optional<Resources> resources;  // nullopt: only place, set nothing
  Privilege privilege = Privilege::full;
  bool systemd = false;        // a transient scope through D-Bus
  std::optional<uid_t> owner;  // delegate to this host uid (config-linux.md#cgroup-ownership); v2 only
};

/// A container's cgroups in all hierarchies: the only door to them. Move-only; the destructor closes descriptors and
/// removes nothing. Not for use between clone and exec, but for join_cgroups(). Every member throws CgroupError or
/// base::SysError.
class Cgroup {
 public:
  /// Creates the directories, enables controllers along the path, sets the resources. What was created is removed again
  /// when it fails. A cgroup that exists already and is frozen or has processes in it is refused
  /// (config-linux.md#control-groups).
  static Cgroup create(const CgroupRequest& request);
  /// Opens what create() made; directories that have gone since are no error.
  static Cgroup open(CgroupPlace place);

  Cgroup(Cgroup&&) noexcept;
  Cgroup& operator=(Cgroup&&) noexcept;
  ~Cgroup();

  [[nodiscard]] const CgroupPlace& place() const { return place_; }
  /// True once the directories exist no longer.
  [[nodiscard]] bool is_gone() const;

  // Getting processes in. The fast road: clone3 with CLONE_INTO_CGROUP into clone_target() (where there is one), and in
  // the child join_cgroups(join_targets()). The slow road, for a process that exists already: attach().

  /// Directory descriptor for clone_args.cgroup, owned by this object; nullopt without a unified hierarchy.
  [[nodiscard]] std::optional<int> clone_target();
  /// Descriptors of the v1 `tasks` files, opened for writing by this process, for join_cgroups(). Empty on v2.
  [[nodiscard]] std::vector<base::UniqueFd> join_targets();
  /// Moves a process, with all its threads, into every hierarchy. May take 30 ms (the kernel waits for RCU).
  /// With `sub` (`exec --cgroup`), into a sub-cgroup below, which must exist.
  void attach(pid_t pid, const std::string& sub = "");
  /// Of a scope made by systemd, the unit wants a first process: call this once init exists. Does nothing otherwise.
  void adopt_init(pid_t init);

  /// Sets what `resources` names and leaves everything else (`update`).
  void apply(const Resources& resources);

  void freeze(base::Deadline deadline);
  void thaw(base::Deadline deadline);
  [[nodiscard]] bool is_frozen() const;

  /// Every process in it, sub-cgroups included, as this PID namespace numbers them. A snapshot.
  [[nodiscard]] std::vector<pid_t> processes() const;
  [[nodiscard]] bool is_populated() const;
  /// Kills everything in it, forks in flight and frozen ones included; never a process that reused a pid. Returns when
  /// the signal is on its way to all of them; wait_empty() waits for their end.
  void kill_all(base::Deadline deadline);
  /// Signals each process once, through pidfds (`kill --all SIG`). Returns how many took it.
  int signal_all(int signal);
  /// Waits until no process is left. False at the deadline; processes() then says which are.
  [[nodiscard]] bool wait_empty(base::Deadline deadline) const;
  /// Removes the directories, nested ones first. It must be empty of processes. Throws at the deadline, naming what is
  /// left.
  void remove(base::Deadline deadline);

 private:
  explicit Cgroup(CgroupPlace place);

  CgroupPlace place_;
  base::UniqueFd unified_fd_;
};

/// Writes "0" to each descriptor: the calling process, which must have one thread, joins these v1 cgroups. By `tasks`
/// and by itself it need not wait for RCU. 0, or errno. Async-signal-safe: made for use between clone and exec.
int join_cgroups(const int* targets, std::size_t count) noexcept;

/// How cgroups are mounted here. Reads /proc/self/mountinfo each time.
[[nodiscard]] CgroupMode cgroup_mode();

}  // namespace refrun
