#include <unistd.h>

#include <algorithm>

#include "harness/host/probe.h"

namespace runproof {
namespace {

CgroupMode mode_of(const std::vector<Hierarchy>& hierarchies) {
  bool v1 = false;
  bool v2 = false;
  for (const Hierarchy& hierarchy : hierarchies) {
    v2 |= hierarchy.v2;
    // A v1 hierarchy with a name and no controllers (systemd's) limits nothing.
    v1 |= !hierarchy.v2 && std::any_of(hierarchy.controllers.begin(), hierarchy.controllers.end(),
                                       [](const std::string& controller) { return !controller.starts_with("name="); });
  }
  if (v1) return v2 ? CgroupMode::hybrid : CgroupMode::v1;
  return v2 ? CgroupMode::v2 : CgroupMode::none;
}

bool writable(const std::filesystem::path& directory) { return ::access(directory.c_str(), W_OK | X_OK) == 0; }

/// Not the root group, which has fewer files; where there is no other, the kernel's version says what it would have.
bool groups_have(const Hierarchy& hierarchy, std::string_view file, KernelVersion since, KernelVersion kernel) {
  const std::vector<Cgroup> below = Cgroup{.dir = hierarchy.mount, .v2 = true}.below();
  return below.empty() ? kernel >= since : below.front().has(file);
}

}  // namespace

void probe_cgroups(Facts& facts) {
  facts.hierarchies = mounted_hierarchies();
  facts.cgroup_mode = mode_of(facts.hierarchies);
  const std::vector<Cgroup> ours = cgroups_of(::getpid());
  const auto writable_in = [&](const Hierarchy& hierarchy) {
    const bool delegated = std::any_of(ours.begin(), ours.end(), [&](const Cgroup& group) {
      return group.dir.string().starts_with(hierarchy.mount.string()) && writable(group.dir);
    });
    return delegated || writable(hierarchy.mount);
  };
  facts.cgroup_writable =
      !facts.hierarchies.empty() && std::all_of(facts.hierarchies.begin(), facts.hierarchies.end(), writable_in);
  for (const Hierarchy& hierarchy : facts.hierarchies) {
    if (!hierarchy.v2) continue;
    facts.cgroup_kill = groups_have(hierarchy, "cgroup.kill", {5, 14}, facts.kernel_version);
    facts.cgroup_freeze = groups_have(hierarchy, "cgroup.freeze", {5, 2}, facts.kernel_version);
    facts.clone_into_cgroup = facts.clone3 && facts.kernel_version >= KernelVersion{5, 7};
  }
}

}  // namespace runproof
