#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/unique_fd.h"
#include "reference_runtime/cgroup/delegation.h"
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
  rootless,  // hierarchies without permission are left out, unless resources need them, or all of them are and a path
             // was asked for
};

struct CgroupRequest {
  std::string id;                      // names the cgroup where `path` is absent: "/refrun-ID"
  std::optional<std::string> path;     // linux.cgroupsPath
  std::optional<Resources> resources;  // nullopt: only place, set nothing
  Privilege privilege = Privilege::full;
  bool systemd = false;                                 // a transient scope; `path` is then "slice:prefix:name"
  std::optional<Delegation> delegation;                 // has no effect but on v2
  std::map<std::string, std::string> annotations = {};  // those for systemd say more of the scope (scope_annotations.h)
};

/// A container's cgroups in all hierarchies: the only door to them. Move-only; the destructor closes descriptors and
/// removes nothing. Not for use between clone and exec, but for join_cgroups(). Every member throws CgroupError or
/// base::SysError.
class Cgroup {
 public:
  /// Where create() would put it: to be written down before anything is made, so that a killed runtime leaves nothing
  /// that cannot be found. Touches nothing.
  static CgroupPlace locate(const CgroupRequest& request);
  /// Creates the directories, enables controllers along the path, sets the resources but for those of finish(). What
  /// was created is removed again when it fails. A cgroup that exists already and is frozen or has processes is refused
  /// (config-linux.md#control-groups). place() may name fewer hierarchies than `place` when rootless.
  static Cgroup create(const CgroupRequest& request, CgroupPlace place);
  static Cgroup create(const CgroupRequest& request) { return create(request, locate(request)); }

  /// create() in two halves, for a parent that lets init go ahead meanwhile: begin() makes what clone_target() needs,
  /// in a tenth of the time; complete(), any time before join_targets(), makes the v1 hierarchies and sets the
  /// resources. What was made when one of them throws is the caller's to remove: open(place).remove().
  static Cgroup begin(const CgroupRequest& request, CgroupPlace place);
  void complete(const CgroupRequest& request);
  /// With systemd, between the two: makes the scope around init, which systemd moves into it. clone_target() has
  /// nothing before that, and create() cannot be used. Does nothing without systemd.
  void adopt_init(const CgroupRequest& request, pid_t init, base::Deadline deadline);

  /// Opens what create() made; directories that have gone since are no error.
  static Cgroup open(CgroupPlace place);

  Cgroup(Cgroup&&) noexcept = default;
  Cgroup& operator=(Cgroup&&) noexcept = default;
  ~Cgroup() = default;

  [[nodiscard]] const CgroupPlace& place() const { return place_; }
  /// True once no directory of it exists.
  [[nodiscard]] bool is_gone() const;
  /// A sub-cgroup (`exec --cgroup`) in each hierarchy that has one of that name. Throws CgroupError where none has.
  [[nodiscard]] Cgroup below(const std::string& name) const;

  // Getting processes in. The fast road: clone3 with CLONE_INTO_CGROUP into clone_target() (where there is one), and in
  // the child join_cgroups(join_targets()). The slow road, for a process that exists already: attach().

  /// Directory descriptor for clone_args.cgroup, owned by this object; nullopt without a unified hierarchy, and before
  /// adopt_init() where systemd makes it.
  [[nodiscard]] std::optional<int> clone_target();
  /// Descriptors of the v1 `tasks` files, opened for writing by this process, for join_cgroups(). Empty on v2.
  [[nodiscard]] std::vector<base::UniqueFd> join_targets() const;
  /// Moves a process, with all its threads, into every hierarchy. May take 30 ms (the kernel waits for RCU).
  void attach(pid_t pid) const;

  /// Sets what create() left for later: pids.max, as a limit of 0 would not let init be cloned, and the device rules,
  /// as init makes device nodes. Call it once init has set up its file system and before the payload runs. Rootless,
  /// device rules are left out: they cannot be set, and there are no device nodes to be made.
  void finish(const Resources& resources, Privilege privilege = Privilege::full) const;
  /// Sets what `resources` names and leaves everything else (`update`).
  void update(const Resources& resources, Privilege privilege = Privilege::full) const;

  void freeze(base::Deadline deadline) const;
  void thaw(base::Deadline deadline) const;
  [[nodiscard]] bool is_frozen() const;

  /// Every process in it, sub-cgroups included, as this PID namespace numbers them. A snapshot.
  [[nodiscard]] std::vector<pid_t> processes() const;
  [[nodiscard]] bool is_populated() const;
  /// Kills everything in it, forks in flight and frozen ones included; never a process that reused a pid. Returns when
  /// nobody is left, or at the deadline.
  void kill_all(base::Deadline deadline) const;
  /// Signals each process once, through pidfds (`kill --all SIG`). Returns how many took it.
  int signal_all(int signal) const;
  /// Waits until no process is left. False at the deadline; processes() then says which are.
  [[nodiscard]] bool wait_empty(base::Deadline deadline) const;
  /// Removes the directories, nested ones first, and parents that were made for it. Processes must be gone: at the
  /// deadline it throws, naming those that are left.
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
