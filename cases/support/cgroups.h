#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "harness/observe/cgroup.h"

namespace runproof {

/// Groups that the harness makes, one in every hierarchy, at the same path: resources that are not the container's. The
/// guard removes them when their members are gone, and puts members that live back where we are. Not for the memory
/// hierarchy's existing groups: it only ever adds below the root.
class ForeignGroups {
 public:
  /// `name` becomes "/<name>" in each hierarchy. Throws Broken.
  explicit ForeignGroups(std::string name);
  ForeignGroups(ForeignGroups&& other) noexcept = default;
  ForeignGroups& operator=(ForeignGroups&& other) = delete;
  ~ForeignGroups();

  [[nodiscard]] std::string path() const { return "/" + name_; }
  [[nodiscard]] const std::vector<Cgroup>& groups() const { return groups_; }
  /// Puts a process into all of them. Throws Broken.
  void take_in(pid_t pid) const;
  /// Gives the directories to a user, with what is needed to make groups below (cgroups(7), delegation). Throws Broken.
  void delegate_to(uid_t uid, gid_t gid) const;
  [[nodiscard]] bool all_exist() const;

 private:
  std::string name_;
  std::vector<Cgroup> groups_;
};

/// Puts a process into the groups in which we are ourselves: out of its container's. Throws Broken.
void take_out(pid_t pid);
/// Makes a group below each of these. Throws Broken.
void make_groups_below(const std::vector<Cgroup>& groups, const std::string& name);
/// Turns the group `name` below each v2 group into a threaded one. Throws Broken.
void make_threaded(const std::vector<Cgroup>& groups, const std::string& name);
/// The one of the v1 freezer. Throws Broken where there is none.
[[nodiscard]] const Cgroup& freezer_of(const std::vector<Cgroup>& groups);
/// Those of `groups` that still exist, as text.
[[nodiscard]] std::vector<std::string> remaining(const std::vector<Cgroup>& groups);

/// Freezes a v1 freezer group as long as it lives. Throws Broken.
class FrozenV1 {
 public:
  explicit FrozenV1(const Cgroup& group);
  FrozenV1(const FrozenV1&) = delete;
  FrozenV1& operator=(const FrozenV1&) = delete;
  ~FrozenV1();

 private:
  std::filesystem::path state_;
};

}  // namespace runproof
