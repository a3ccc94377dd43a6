#include "harness/run/sweep.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <system_error>

#include "base/deadline.h"
#include "base/file.h"
#include "base/sys_error.h"
#include "harness/bundle/remove_tree.h"
#include "harness/observe/cgroup.h"
#include "harness/observe/death.h"
#include "harness/observe/descendants.h"
#include "harness/observe/own_mounts.h"
#include "harness/observe/process.h"
#include "harness/observe/wait.h"
#include "harness/run/marked.h"

namespace runproof {
namespace {

using namespace std::chrono_literals;

constexpr auto kMoment = 250ms;  // for what is dying already: a killed member of a big cgroup takes some 10 ms
constexpr auto kLongEnough = 5s;

/// The groups that bear its name and all below them, the deepest first.
std::vector<Cgroup> groups_of(const Traces& traces) {
  std::vector<Cgroup> groups;
  if (!traces.cgroups) return groups;
  for (const Cgroup& group : find_cgroups(traces.prefix)) {
    if (!bears(group.dir.filename().string(), traces.prefix)) continue;
    for (Cgroup& inner : group.below()) groups.push_back(std::move(inner));
    groups.push_back(group);
  }
  return groups;
}

void reap_dead_children(const std::set<pid_t>& spared) {
  for (const pid_t child : quick_children_of(getpid())) {
    const auto stat = proc_stat(child);
    if (stat && stat->is_zombie() && !spared.contains(child)) waitpid(child, nullptr, WNOHANG);
  }
}

/// Those that live, watched.
std::vector<Mortal> processes_of(const Traces& traces, const std::vector<Cgroup>& groups) {
  std::set<pid_t> pids;
  if (traces.whose == Traces::Whose::children) {
    const auto below = descendants_of(getpid(), traces.spared);
    pids.insert(below.begin(), below.end());
  } else {
    const auto marked = marked_processes(traces.prefix);
    pids.insert(marked.begin(), marked.end());
  }
  for (const Cgroup& group : groups) {
    const auto members = group.procs();
    pids.insert(members.begin(), members.end());
  }
  pids.erase(getpid());
  std::vector<Mortal> living;
  for (const pid_t pid : pids) {
    if (auto mortal = Mortal::watch(pid); mortal && mortal->alive()) living.push_back(std::move(*mortal));
  }
  return living;
}

/// A control file that the group may not have.
void try_control(const Cgroup& group, const char* file, std::string_view value) {
  try {
    if (group.has(file)) base::write_control(group.dir / file, value);
  } catch (const base::SysError&) {  // gone meanwhile
  }
}

void end_groups(const std::vector<Cgroup>& groups) {
  for (const Cgroup& group : groups) {  // what is frozen on v1 does not die
    try_control(group, group.v2 ? "cgroup.freeze" : "freezer.state", group.v2 ? "0" : "THAWED");
    if (group.v2) try_control(group, "cgroup.kill", "1");
  }
}

/// Gives the groups that are left, now that nobody can make more.
std::vector<Cgroup> end_processes(const Traces& traces, Patience patience, std::vector<Leftover>& found) {
  std::vector<Cgroup> groups = groups_of(traces);
  std::vector<Mortal> living = processes_of(traces, groups);
  if (living.empty()) return groups;
  if (patience == Patience::dying) {
    std::erase_if(living, [moment = base::Deadline::in(kMoment),
                           long_enough = base::Deadline::in(kLongEnough)](const Mortal& one) {
      return one.await_death(moment) || (one.doomed() && one.await_death(long_enough));
    });
    if (living.empty()) return groups_of(traces);
  }

  std::set<pid_t> named;
  const auto deadline = base::Deadline::in(kLongEnough);
  while (!living.empty() && !deadline.passed()) {  // again and again: they may be forking
    for (const Mortal& mortal : living) {
      if (mortal.alive() && named.insert(mortal.pid()).second) found.push_back({"process", mortal.diagnose().text()});
    }
    end_groups(groups);
    for (const Mortal& mortal : living) mortal.signal(SIGKILL);
    const auto survivors = await_all_dead(living, deadline);
    for (const Diagnosis& survivor : survivors) found.push_back({"process", "does not die: " + survivor.text()});
    groups = groups_of(traces);
    if (!survivors.empty()) break;
    living = processes_of(traces, groups);
  }
  return groups;
}

/// The deepest come first.
void remove_groups(const std::vector<Cgroup>& groups, std::vector<Leftover>& found) {
  const auto deadline = base::Deadline::in(kLongEnough);
  for (const Cgroup& group : groups) {
    const bool empty = await_unpopulated(group, deadline);
    std::string what = group.dir.string();
    if (rmdir(group.dir.c_str()) != 0 && errno != ENOENT) {
      what += fmt::format(": cannot be removed: {}{}", base::errno_name(errno), empty ? "" : ", it is not empty");
    }
    found.push_back({"cgroup", what});
  }
}

/// False where something is still mounted below.
bool unmount_all(const std::filesystem::path& directory, std::vector<Leftover>& found) {
  bool all = true;
  for (const MountEntry& mount : own_mounts_below({&directory, 1})) {
    std::string what = fmt::format("{} ({})", mount.point, mount.type);
    if (umount2(mount.point.c_str(), MNT_DETACH | UMOUNT_NOFOLLOW) != 0) {
      what += ": cannot be unmounted: " + base::errno_name(errno);
      all = false;
    }
    found.push_back({"mount", what});
  }
  return all;
}

void remove_directory(const std::filesystem::path& directory, std::vector<Leftover>& found) {
  if (!unmount_all(directory, found)) return;  // never delete through a mount
  if (remove_tree(directory)) return;
  std::error_code error;
  std::filesystem::remove_all(directory, error);
  if (error) found.push_back({"file", fmt::format("{}: cannot be removed: {}", directory.string(), error.message())});
}

}  // namespace

bool bears(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  const std::string_view rest = name.substr(prefix.size());
  return prefix.ends_with('-') || rest.empty() || rest.front() == '-' || rest.front() == '.';
}

std::vector<Leftover> sweep(const Traces& traces, Patience patience) {
  std::vector<Leftover> found;
  const std::vector<Cgroup> groups = end_processes(traces, patience, found);
  if (traces.whose == Traces::Whose::children) reap_dead_children(traces.spared);
  remove_groups(groups, found);
  for (const auto& directory : traces.directories) remove_directory(directory, found);
  return found;
}

}  // namespace runproof
