// Which groups there are: /proc/PID/cgroup joined with the hierarchies that are mounted here (cgroups(7)).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "harness/observe/cgroup.h"
#include "harness/observe/cgroup_paths.h"
#include "harness/observe/mountinfo.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;

/// Mount options of a v1 hierarchy that are no controllers.
constexpr std::string_view kNoControllers[] = {
    "rw", "ro", "xattr", "noprefix", "clone_children", "cpuset_v2_mode", "none", "favordynmods"};

std::vector<std::string> v1_controllers(const MountEntry& mount) {
  std::vector<std::string> controllers;
  for (const std::string& option : mount.super_options) {
    const bool other =
        std::find(std::begin(kNoControllers), std::end(kNoControllers), option) != std::end(kNoControllers);
    if (!other && !option.starts_with("release_agent=")) controllers.push_back(option);
  }
  return controllers;
}

std::vector<std::string> v2_controllers(const fs::path& mount) {
  std::vector<std::string> controllers;
  const std::string text = base::read_file_if_there(mount / "cgroup.controllers").value_or("");
  for (const std::string_view word : base::words(text)) controllers.emplace_back(word);
  return controllers;
}

/// Whether a line of /proc/PID/cgroup speaks of this hierarchy.
bool same(const CgroupMembership& membership, const Hierarchy& hierarchy) {
  if (membership.is_v2() || hierarchy.v2) return membership.is_v2() && hierarchy.v2;
  return std::any_of(membership.controllers.begin(), membership.controllers.end(),
                     [&](const std::string& controller) { return hierarchy.has(controller); });
}

std::string directory(const Hierarchy& hierarchy, std::string_view path) {
  if (hierarchy.root != "/" && fmt::format("{}/", path).starts_with(hierarchy.root + "/"))
    path.remove_prefix(hierarchy.root.size());
  while (path.starts_with('/')) path.remove_prefix(1);
  std::string dir = hierarchy.mount.string();
  if (!path.empty()) dir.append("/").append(path);
  return dir;
}

/// What is mounted when this process, or the one that it was forked from, asks first: hierarchies come and go with the
/// boot, not with a case.
const std::vector<Hierarchy>& hierarchies() {
  static const std::vector<Hierarchy> known = mounted_hierarchies();
  return known;
}

}  // namespace

bool Hierarchy::has(std::string_view controller) const {
  return std::find(controllers.begin(), controllers.end(), controller) != controllers.end();
}

std::vector<CgroupMembership> parse_proc_cgroup(std::string_view text) {
  constexpr std::string_view kDeleted = " (deleted)";
  std::vector<CgroupMembership> all;
  for (std::string_view line : base::split(text, '\n')) {
    // "4:cpu,cpuacct:/a:b": a path may hold colons.
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    std::string_view path = line.substr(second + 1);
    if (path.ends_with(kDeleted)) path.remove_suffix(kDeleted.size());
    CgroupMembership membership{.hierarchy = static_cast<int>(base::to_number(line.substr(0, first)).value_or(-1)),
                                .path = std::string(path)};
    for (const std::string_view controller : base::split(line.substr(first + 1, second - first - 1), ','))
      membership.controllers.emplace_back(controller);
    all.push_back(std::move(membership));
  }
  return all;
}

std::optional<std::vector<CgroupMembership>> memberships_of(pid_t pid) {
  const auto text = base::read_file_if_there(fmt::format("/proc/{}/cgroup", pid));
  if (!text) return std::nullopt;
  return parse_proc_cgroup(*text);
}

std::vector<Hierarchy> mounted_hierarchies() {
  std::vector<Hierarchy> all;
  std::set<std::string> seen;  // the device number names a hierarchy
  const std::vector<MountEntry> mounts = parse_mountinfo(base::read_file("/proc/self/mountinfo"));
  for (const MountEntry& mount : mounts) {
    const bool v2 = mount.type == "cgroup2";
    if (!v2 && mount.type != "cgroup") continue;
    if (find_mount(mounts, mount.point) != &mount || !seen.insert(mount.device).second) continue;
    all.push_back({.mount = mount.point,
                   .root = mount.root,
                   .v2 = v2,
                   .controllers = v2 ? v2_controllers(mount.point) : v1_controllers(mount)});
  }
  return all;
}

std::vector<Cgroup> cgroups_of(pid_t pid) {
  std::vector<Cgroup> all;
  const auto memberships = memberships_of(pid);
  if (!memberships) return all;
  for (const Hierarchy& hierarchy : hierarchies())
    for (const CgroupMembership& membership : *memberships)
      if (same(membership, hierarchy))
        all.push_back({.dir = directory(hierarchy, membership.path), .v2 = hierarchy.v2});
  return all;
}

std::optional<Cgroup> cgroup_of(pid_t pid, std::string_view controller) {
  for (const Hierarchy& hierarchy : hierarchies()) {
    if (!hierarchy.has(controller)) continue;
    for (const CgroupMembership& membership : memberships_of(pid).value_or(std::vector<CgroupMembership>{}))
      if (same(membership, hierarchy)) return Cgroup{.dir = directory(hierarchy, membership.path), .v2 = hierarchy.v2};
  }
  return std::nullopt;
}

std::optional<Cgroup> unified_cgroup_of(pid_t pid) {
  for (const Cgroup& group : cgroups_of(pid))
    if (group.v2) return group;
  return std::nullopt;
}

std::vector<Cgroup> places_of_cgroup(std::string_view path) {
  std::vector<Cgroup> all;
  for (const Hierarchy& hierarchy : hierarchies())
    all.push_back({.dir = directory(hierarchy, path), .v2 = hierarchy.v2});
  return all;
}

std::vector<Cgroup> cgroups_at(std::string_view path) {
  std::vector<Cgroup> all = places_of_cgroup(path);
  std::erase_if(all, [](const Cgroup& group) { return !group.exists(); });
  return all;
}

std::vector<Cgroup> find_cgroups(std::string_view prefix) {
  std::vector<Cgroup> all;
  for (const Hierarchy& hierarchy : hierarchies()) {
    (void)walk_groups(hierarchy.mount, [&](const std::string& dir) {
      const auto name = std::string_view(dir).substr(dir.rfind('/') + 1);
      if (name.starts_with(prefix)) all.push_back({.dir = dir, .v2 = hierarchy.v2});
    });
  }
  return all;
}

}  // namespace runproof
