#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "harness/lane/lane.h"

namespace runproof {

/// A user without privilege, as a caller of runtimes: an id of the host's that is nobody's, root in a user namespace of
/// its own, with subordinate ids (user_namespaces(7)); where all controllers are on cgroup v2, with a group delegated
/// to it (cgroups(7)), in which this process is from then on. Lives as long as the run.
class RootlessUser {
 public:
  static constexpr uid_t kId = 54'321;               ///< uid and gid on the host
  static constexpr unsigned kSubordinate = 600'000;  ///< the first of the subordinate ids
  static constexpr unsigned kSubordinates = 65'536;

  /// `group`: a name for the delegated group; empty: none is to be made. Needs root and one thread. Throws Unavailable.
  explicit RootlessUser(const std::string& group);
  RootlessUser(const RootlessUser&) = delete;
  RootlessUser& operator=(const RootlessUser&) = delete;
  /// Leaves the group and removes it with all groups below that are empty.
  ~RootlessUser();

  /// The words before a program that make it this user's, in the namespace. They exec it: its pid is theirs.
  [[nodiscard]] std::vector<std::string> launcher() const;
  /// "/group", where containers' groups may be made, or empty.
  [[nodiscard]] const std::string& cgroup() const { return cgroup_; }

 private:
  void make_namespace();
  void delegate_group(const std::string& name);

  base::UniqueFd namespace_;  ///< it lives as long as somebody holds it
  std::string cgroup_;
  std::filesystem::path directory_;  ///< of cgroup_
  std::filesystem::path before_;     ///< the group where this process was
};

}  // namespace runproof
