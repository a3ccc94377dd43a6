#include "cases/support/cgroups.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/sys_error.h"
#include "harness/observe/wait.h"
#include "harness/runtime/container.h"
#include "harness/runtime/context.h"
#include "harness/runtime/failure.h"

namespace runproof {

namespace fs = std::filesystem;

namespace {

/// A cpuset group takes no process before it has CPUs and memory nodes (cpuset(7)).
void inherit_cpuset(const fs::path& dir) {
  for (const char* file : {"cpuset.cpus", "cpuset.mems"}) {
    const auto parent = base::read_file_if_there(dir.parent_path() / file);
    if (parent && fs::exists(dir / file)) base::write_control(dir / file, *parent);
  }
}

void put(pid_t pid, const fs::path& dir) {
  try {
    base::write_control(dir / "cgroup.procs", std::to_string(pid));
  } catch (const base::SysError& error) {
    if (error.error() != ESRCH)
      throw Broken("move process " + std::to_string(pid) + " to " + dir.string(), error.what());
  }
}

void make(const fs::path& dir) {
  if (mkdir(dir.c_str(), 0755) != 0) throw Broken("make cgroup " + dir.string(), base::errno_name(errno));
}

}  // namespace

ForeignGroups::ForeignGroups(std::string name) : name_(std::move(name)) {
  for (const Hierarchy& hierarchy : mounted_hierarchies()) {
    Cgroup group{.dir = hierarchy.mount / name_, .v2 = hierarchy.v2};
    make(group.dir);
    groups_.push_back(std::move(group));
    if (!hierarchy.v2) inherit_cpuset(groups_.back().dir);
  }
}

ForeignGroups::~ForeignGroups() {
  for (const Cgroup& group : groups_) {
    try {
      for (const Cgroup& below : group.below()) rmdir(below.dir.c_str());
      for (const pid_t pid : group.procs()) put(pid, group.dir.parent_path());
    } catch (const std::exception&) {
      // rmdir says below whether anybody stayed; the sweep removes what does
    }
    rmdir(group.dir.c_str());
  }
}

void ForeignGroups::take_in(pid_t pid) const {
  for (const Cgroup& group : groups_) put(pid, group.dir);
}

void ForeignGroups::delegate_to(uid_t uid, gid_t gid) const {
  for (const Cgroup& group : groups_) {
    for (const char* file : {"", "cgroup.procs", "tasks", "cgroup.subtree_control", "cgroup.threads"}) {
      const fs::path path = *file == '\0' ? group.dir : group.dir / file;
      if (fs::exists(path) && chown(path.c_str(), uid, gid) != 0)
        throw Broken("delegate " + path.string(), base::errno_name(errno));
    }
  }
}

bool ForeignGroups::all_exist() const { return remaining(groups_).size() == groups_.size(); }

void take_out(pid_t pid) {
  for (const Cgroup& group : cgroups_of(getpid())) put(pid, group.dir);
}

void make_groups_below(const std::vector<Cgroup>& groups, const std::string& name) {
  for (const Cgroup& group : groups) make(group.dir / name);
}

void make_threaded(const std::vector<Cgroup>& groups, const std::string& name) {
  for (const Cgroup& group : groups) {
    if (!group.v2) continue;
    try {
      base::write_control(group.dir / name / "cgroup.type", "threaded");
    } catch (const base::SysError& error) {
      throw Broken("make a threaded group", error.what());
    }
  }
}

const Cgroup& freezer_of(const std::vector<Cgroup>& groups) {
  for (const Cgroup& group : groups) {
    if (!group.v2 && group.has("freezer.state")) return group;
  }
  throw Broken("find the v1 freezer", "none of the groups is in it");
}

std::vector<std::string> remaining(const std::vector<Cgroup>& groups) {
  std::vector<std::string> there;
  for (const Cgroup& group : groups) {
    if (group.exists()) there.push_back(group.dir.string());
  }
  return there;
}

FrozenV1::FrozenV1(const Cgroup& group) : state_(group.dir / "freezer.state") {
  base::write_control(state_, "FROZEN");
  if (!await_frozen(group, context().within(kStep)))
    throw Broken("freeze " + group.dir.string(), "it does not become FROZEN");
}

FrozenV1::~FrozenV1() {
  try {
    base::write_control(state_, "THAWED");
  } catch (const base::SysError&) {
    // it has gone
  }
}

}  // namespace runproof
