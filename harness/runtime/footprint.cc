#include "harness/runtime/footprint.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <set>
#include <system_error>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "harness/observe/death.h"
#include "harness/observe/mountinfo.h"
#include "harness/observe/namespaces.h"
#include "harness/observe/process.h"
#include "harness/observe/wait.h"
#include "harness/spawn/reaper.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;

/// Children of all our threads. /proc/PID/task/TID/children spares a scan of /proc; it wants CONFIG_PROC_CHILDREN.
std::vector<pid_t> our_children() {
  std::vector<pid_t> children;
  for (const pid_t thread : threads_of(getpid())) {
    const auto text = base::read_file_if_there("/proc/self/task/" + std::to_string(thread) + "/children");
    if (!text) return children_of(getpid());
    for (const std::string_view word : base::words(*text))
      children.push_back(static_cast<pid_t>(base::to_number(word).value_or(0)));
  }
  return children;
}

std::string plain(const fs::path& directory) { return fs::path(directory / "").lexically_normal().string(); }

/// The root of a hierarchy, below which everybody is, is never one container's: a process that has died is shown there.
bool is_root(const Cgroup& group) {
  static const std::set<std::string> roots = [] {
    std::set<std::string> all;
    for (const Cgroup& root : cgroups_at("/")) all.insert(plain(root.dir));
    return all;
  }();
  return roots.contains(plain(group.dir));
}

std::vector<Cgroup> groups_in(const Places& places) {
  std::vector<Cgroup> groups;
  const auto is_new = [&](const Cgroup& group) {
    return !is_root(group) && std::ranges::none_of(groups, [&](const Cgroup& other) { return other.dir == group.dir; });
  };
  for (const std::string& path : places.cgroups) {
    for (const Cgroup& group : cgroups_at(path)) {
      if (is_new(group)) groups.push_back(group);
    }
  }
  for (const Cgroup& group : places.groups) {
    if (is_new(group) && group.exists()) groups.push_back(group);
  }
  return groups;
}

std::vector<pid_t> processes_in(const Places& places, const std::vector<Cgroup>& groups) {
  std::vector<pid_t> pids =
      places.children && Reaper::instance().owns_all_children() ? our_children() : std::vector<pid_t>{};
  for (const Cgroup& group : groups) {
    for (const pid_t pid : group.procs()) pids.push_back(pid);
  }
  std::ranges::sort(pids);
  pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
  return pids;
}

/// Our mounts, read again only where the kernel says that they are others (proc_pid_mountinfo(5)).
class OwnMounts {
 public:
  const std::vector<MountEntry>& now() {
    // Somebody who was forked, or has gone elsewhere, must not go by what the other one saw.
    Reader reader{getpid(), namespace_of(getpid(), "mnt")};
    const bool same = reader == reader_;
    if (same && !changed()) return mounts_;
    if (!same) table_ = base::open_file("/proc/self/mountinfo", O_RDONLY);
    reader_ = std::move(reader);
    mounts_ = mounts_of(getpid()).value_or(std::vector<MountEntry>{});
    return mounts_;
  }

 private:
  bool changed() {
    pollfd table{.fd = table_.get(), .events = POLLPRI, .revents = 0};
    return ::poll(&table, 1, 0) != 0;
  }

  using Reader = std::pair<pid_t, decltype(namespace_of(0, ""))>;

  Reader reader_;
  base::UniqueFd table_;
  std::vector<MountEntry> mounts_;
};

std::vector<MountEntry> mounts_in(const Places& places) {
  static thread_local OwnMounts own;
  std::vector<MountEntry> found;
  const std::vector<MountEntry>& mounts = own.now();
  for (const fs::path& place : places.mounts) {
    for (MountEntry& mount : mounts_below(mounts, place)) found.push_back(std::move(mount));
  }
  return found;
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
  const auto groups = groups_in(places);
  for (const Cgroup& group : groups) {
    thaw(group);
    for (const Cgroup& below : group.below()) thaw(below);
  }
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
    for (const Cgroup& below : group.below()) rmdir(below.dir.c_str());
    found.push_back({"cgroup", unless_removed(group.dir, rmdir(group.dir.c_str()) == 0 || errno == ENOENT)});
  }
}

}  // namespace

std::vector<fs::path> states_in(const Places& places) {
  std::vector<fs::path> found;
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator(places.root, gone)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with('.') && name.find(places.id) != std::string::npos) found.push_back(entry.path());
  }
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
  for (const MountEntry& mount : mounts_in(places)) footprint.things.push_back({"mount", mount.point});
  std::vector<Cgroup> groups = groups_in(places);
  for (const Cgroup& top : std::vector<Cgroup>(groups)) {
    for (Cgroup& below : top.below()) groups.push_back(std::move(below));
  }
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
    for (const MountEntry& mount : mounts_in(places)) {
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
