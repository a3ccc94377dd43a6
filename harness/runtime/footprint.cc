#include "harness/runtime/footprint.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <system_error>

#include "base/entries.h"
#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "harness/observe/cgroup_paths.h"
#include "harness/observe/death.h"
#include "harness/observe/descendants.h"
#include "harness/observe/own_mounts.h"
#include "harness/observe/process.h"
#include "harness/observe/wait.h"
#include "harness/spawn/reaper.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;

/// Without dots, double slashes and one at its end, which somebody may have written.
std::string plain(const fs::path& directory) {
  std::string name = directory.string();
  if (name.find("//") == std::string::npos && name.find("/.") == std::string::npos && !name.ends_with('/')) return name;
  name = fs::path(directory / "").lexically_normal().string();
  name.pop_back();
  return name;
}

/// The root of a hierarchy, below which everybody is, is never one container's: a process that has died is shown there.
bool is_root(const std::string& group) {
  static const std::set<std::string> roots = [] {
    std::set<std::string> all;
    for (const Cgroup& root : places_of_cgroup("/")) all.insert(plain(root.dir));
    return all;
  }();
  return roots.contains(group);
}

/// Those that are there, each once.
struct Groups {
  std::vector<Cgroup> at;     ///< at the places themselves
  std::vector<Cgroup> below;  ///< the deepest first
};

Groups groups_in(const Places& places) {
  Groups groups;
  std::set<std::string> seen;
  const auto take = [&](const Cgroup& group) {
    std::string name = plain(group.dir);
    if (is_root(name) || !seen.insert(std::move(name)).second) return;
    const auto add_below = [&](const std::string& dir) { groups.below.push_back({.dir = dir, .v2 = group.v2}); };
    if (walk_groups(group.dir, add_below)) groups.at.push_back(group);
  };
  for (const std::string& path : places.cgroups) std::ranges::for_each(places_of_cgroup(path), take);
  std::ranges::for_each(places.groups, take);
  return groups;
}

std::vector<pid_t> processes_in(const Places& places, const std::vector<Cgroup>& groups) {
  std::vector<pid_t> pids =
      places.children && Reaper::instance().owns_all_children() ? quick_children_of(getpid()) : std::vector<pid_t>{};
  for (const Cgroup& group : groups) {
    for (const pid_t pid : group.procs()) pids.push_back(pid);
  }
  std::ranges::sort(pids);
  pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
  return pids;
}

std::string describe(pid_t pid) {
  const auto stat = proc_stat(pid);
  return std::to_string(pid) + (stat ? " (" + stat->name + ", state " + stat->state + ")" : "");
}

bool is_dead_or_zombie(pid_t pid) {
  const auto stat = proc_stat(pid);
  return !stat || (stat->is_zombie() && stat->threads <= 1);
}

void kill_all(const std::vector<pid_t>& pids, base::Deadline deadline) {
  std::vector<Mortal> mortals;
  for (const pid_t pid : pids) {
    if (auto mortal = Mortal::watch(pid)) mortals.push_back(std::move(*mortal));
  }
  for (const Mortal& mortal : mortals) mortal.signal(SIGKILL);
  (void)await_all_dead(mortals, deadline);
}

/// A frozen group holds its dying back on v1.
void thaw(const Cgroup& group) {
  try {
    if (group.has("cgroup.freeze")) base::write_control(group.dir / "cgroup.freeze", "0");
    if (group.has("freezer.state")) base::write_control(group.dir / "freezer.state", "THAWED");
  } catch (const base::SysError&) {
    // it has gone meanwhile
  }
}

std::string unless_removed(const fs::path& path, bool removed) {
  return removed ? path.string() : path.string() + " (cannot be removed: " + base::errno_name(errno) + ")";
}

void clean_groups(const Places& places, base::Deadline deadline, std::vector<Leftover>& found) {
  const auto [groups, below] = groups_in(places);
  std::ranges::for_each(groups, thaw);
  std::ranges::for_each(below, thaw);
  // Members may fork while they are killed: until nobody is left.
  for (bool seen = true; seen && !deadline.passed();) {
    seen = false;
    for (const Cgroup& group : groups) {
      const auto pids = group.procs_below();
      for (const pid_t pid : pids) {
        const Leftover one{"process", describe(pid)};
        if (!is_dead_or_zombie(pid) && std::ranges::find(found, one) == found.end()) found.push_back(one);
      }
      kill_all(pids, deadline);
      seen = seen || !pids.empty();
    }
  }
  for (const Cgroup& group : groups) {
    (void)await_unpopulated(group, deadline);
    for (const Cgroup& inner : group.below()) rmdir(inner.dir.c_str());
    found.push_back({"cgroup", unless_removed(group.dir, rmdir(group.dir.c_str()) == 0 || errno == ENOENT)});
  }
}

}  // namespace

std::vector<fs::path> states_in(const Places& places) {
  std::vector<fs::path> found;
  const base::UniqueFd root(::open(places.root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.valid()) return found;
  (void)base::for_each_entry(root.get(), [&](std::string_view name, unsigned char) {
    if (!name.starts_with('.') && name.find(places.id) != std::string_view::npos) found.push_back(places.root / name);
  });
  std::ranges::sort(found);
  return found;
}

std::vector<Leftover> Footprint::beyond(const Footprint& before) const {
  std::vector<Leftover> more;
  for (const Leftover& thing : things) {
    if (std::ranges::find(before.things, thing) == before.things.end()) more.push_back(thing);
  }
  return more;
}

Footprint take_footprint(const Places& places) {
  Footprint footprint;
  for (const fs::path& state : states_in(places)) footprint.things.push_back({"state", state.string()});
  for (const MountEntry& mount : own_mounts_below(places.mounts)) footprint.things.push_back({"mount", mount.point});
  auto [groups, below] = groups_in(places);
  groups.insert(groups.end(), below.begin(), below.end());
  for (const Cgroup& group : groups) footprint.things.push_back({"cgroup", group.dir.string()});
  for (const pid_t pid : processes_in(places, groups)) {
    if (!is_dead_or_zombie(pid)) footprint.things.push_back({"process", std::to_string(pid)});
  }
  return footprint;
}

std::vector<Leftover> what_appeared(const Places& places, const Footprint& before, base::Deadline deadline) {
  std::vector<Leftover> more = take_footprint(places).beyond(before);
  std::vector<Mortal> mortals;
  for (const Leftover& thing : more) {
    if (thing.kind != "process") continue;
    if (auto mortal = Mortal::watch(static_cast<pid_t>(base::to_number(thing.what).value_or(0))))
      mortals.push_back(std::move(*mortal));
  }
  if (mortals.empty()) return more;
  (void)await_all_dead(mortals, deadline);
  more = take_footprint(places).beyond(before);
  for (Leftover& thing : more) {
    if (thing.kind == "process") thing.what = describe(static_cast<pid_t>(base::to_number(thing.what).value_or(0)));
  }
  return more;
}

std::vector<Leftover> clean_up(const Places& places, base::Deadline deadline) noexcept {
  std::vector<Leftover> found;
  try {
    clean_groups(places, deadline, found);
    for (const MountEntry& mount : own_mounts_below(places.mounts)) {
      found.push_back({"mount", unless_removed(mount.point, umount2(mount.point.c_str(), MNT_DETACH) == 0)});
    }
    for (const fs::path& state : states_in(places)) {
      std::error_code error;
      fs::remove_all(state, error);
      found.push_back(
          {"state", error ? state.string() + " (cannot be removed: " + error.message() + ")" : state.string()});
    }
  } catch (const std::exception& error) {
    found.push_back({"file", std::string{"clean-up stopped: "} + error.what()});
  }
  return found;
}

}  // namespace runproof
