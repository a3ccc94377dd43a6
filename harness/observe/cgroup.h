#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runproof {

/// One line of /proc/PID/cgroup: the group of a process in one hierarchy (cgroups(7)).
struct CgroupMembership {
  int hierarchy = 0;                     ///< 0: cgroup v2
  std::vector<std::string> controllers;  ///< v1: "cpu", "name=systemd"; empty on v2
  std::string path;                      ///< "/a/b" as seen from our cgroup namespace; " (deleted)" is cut off
  [[nodiscard]] bool is_v2() const { return hierarchy == 0; }
};
[[nodiscard]] std::vector<CgroupMembership> parse_proc_cgroup(std::string_view text);
/// nullopt where there is no such process.
[[nodiscard]] std::optional<std::vector<CgroupMembership>> memberships_of(pid_t pid);

/// A cgroup hierarchy that is mounted here.
struct Hierarchy {
  std::filesystem::path mount;
  std::string root = "/";  ///< the group that is mounted there; paths of /proc/PID/cgroup begin with it
  bool v2 = false;
  std::vector<std::string> controllers;  ///< v1: those of the mount; v2: cgroup.controllers at the mount
  [[nodiscard]] bool has(std::string_view controller) const;
};
/// Read from our mountinfo; one entry a hierarchy, though it be mounted twice.
[[nodiscard]] std::vector<Hierarchy> mounted_hierarchies();

/// A group in one hierarchy: a directory whose files are read directly. Nothing is created or changed by it.
struct Cgroup {
  std::filesystem::path dir;
  bool v2 = false;

  [[nodiscard]] bool exists() const;
  [[nodiscard]] bool has(std::string_view file) const;
  /// The content of a file of the group without its last newline; nullopt where group or file is not there.
  [[nodiscard]] std::optional<std::string> read(std::string_view file) const;
  /// Members of this very group; none where it has gone.
  [[nodiscard]] std::vector<pid_t> procs() const;
  /// Members of this group and all below.
  [[nodiscard]] std::vector<pid_t> procs_below() const;
  /// cgroup.events, memory.events and their like: "name value" lines. Empty where it is not there.
  [[nodiscard]] std::map<std::string, long long> events(std::string_view file = "cgroup.events") const;
  /// v2: `populated` of cgroup.events. v1: whether any cgroup.procs here or below holds a process. False where it has
  /// gone.
  [[nodiscard]] bool populated() const;
  /// v2: `frozen` of cgroup.events. v1: freezer.state is FROZEN. nullopt where the group has no freezer.
  [[nodiscard]] std::optional<bool> frozen() const;
  /// Groups below it, the deepest first.
  [[nodiscard]] std::vector<Cgroup> below() const;
};

/// The group of a process in every mounted hierarchy.
[[nodiscard]] std::vector<Cgroup> cgroups_of(pid_t pid);
/// Its group in the v1 hierarchy of `controller`, or in v2 where that holds it. nullopt where there is none.
[[nodiscard]] std::optional<Cgroup> cgroup_of(pid_t pid, std::string_view controller);
/// Its v2 group, pure or hybrid.
[[nodiscard]] std::optional<Cgroup> unified_cgroup_of(pid_t pid);
/// `path` ("/a/b", from the hierarchy's root) in every mounted hierarchy where it exists.
[[nodiscard]] std::vector<Cgroup> cgroups_at(std::string_view path);
/// All groups in all hierarchies whose own name begins with `prefix`, the deepest first: for sweeps.
[[nodiscard]] std::vector<Cgroup> find_cgroups(std::string_view prefix);

}  // namespace runproof
