#include "reference_runtime/plan/cgroup_mount.h"

#include <fcntl.h>
#include <sys/mount.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun {
namespace {

/// A mounted cgroup hierarchy of the host.
struct Hierarchy {
  std::string mountpoint;
  std::string type;     // cgroup or cgroup2
  std::string options;  // of the super block: "rw,cpu,cpuacct"
};

std::vector<Hierarchy> hierarchies() {
  std::vector<Hierarchy> out;
  const std::string mountinfo = base::read_file("/proc/self/mountinfo");
  for (const std::string_view line : base::split(mountinfo, '\n')) {
    const auto fields = base::words(line);
    const auto dash = std::find(fields.begin(), fields.end(), "-");
    if (fields.size() < 5 || fields.end() - dash < 4) continue;
    const std::string_view type = dash[1];
    if (type != "cgroup" && type != "cgroup2") continue;
    out.push_back({std::string(fields[4]), std::string(type), std::string(dash[3])});
  }
  return out;
}

/// What to give mount(2) to get the same v1 hierarchy again.
std::string controllers_of(const Hierarchy& hierarchy) {
  std::vector<std::string> out;
  for (const std::string_view option : base::split(hierarchy.options, ',')) {
    if (option != "rw" && option != "ro") out.emplace_back(option);
  }
  return base::join(out, ",");
}

/// The container's own directory of a hierarchy, for a container that shares the host's cgroup namespace.
std::string own_directory(const MountPlanInput& input, const Hierarchy& hierarchy) {
  const CgroupPlace* place = input.cgroup;
  if (place == nullptr) return hierarchy.mountpoint;
  if (hierarchy.type == "cgroup2") return place->unified.empty() ? hierarchy.mountpoint : place->unified;
  for (const auto& [controller, directory] : place->legacy) {
    if (directory.starts_with(hierarchy.mountpoint + "/")) return directory;
  }
  return hierarchy.mountpoint;
}

constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RELATIME;

/// One hierarchy at item.destination: mounted anew where the container has its own cgroup namespace, else bound.
void add_hierarchy(const MountPlanInput& input, const Hierarchy& hierarchy, MountItem item,
                   std::vector<MountItem>& out) {
  const unsigned long readonly = item.flags & MS_RDONLY;
  if (input.new_cgroup_namespace) {
    item.kind = MountItem::Kind::filesystem;
    item.type = hierarchy.type;
    item.source = "cgroup";
    item.flags = item.flags | kFlags;
    if (hierarchy.type == "cgroup") item.data = controllers_of(hierarchy);
  } else {
    item.kind = MountItem::Kind::bind;
    item.source = own_directory(input, hierarchy);
    item.recursive_bind = false;
    item.flags = item.flags | kFlags | MS_BIND;
    if (input.parent_may_mount) {
      const int tree = sys::open_tree(AT_FDCWD, item.source.c_str(), OPEN_TREE_CLONE);
      // A scope that systemd will make is not there yet: init binds it by its path.
      if (tree < 0 && tree != -ENOENT) throw base::SysError(item.index, -tree);
      if (tree >= 0) item.tree.reset(tree);
    }
  }
  item.attributes_set = mount_attributes(kFlags | readonly);
  item.attributes_clear = 0;
  out.push_back(std::move(item));
}

MountItem copy_of(const MountItem& item) {
  MountItem out;
  out.destination = item.destination;
  out.type = item.type;
  out.flags = item.flags;
  out.index = item.index;
  return out;
}

}  // namespace

void plan_cgroup_mount(const MountPlanInput& input, const Mount&, MountItem item, std::vector<MountItem>& out) {
  const auto mounted = hierarchies();
  if (input.cgroup_mode == CgroupMode::v2) {
    const auto unified =
        std::find_if(mounted.begin(), mounted.end(), [](const auto& h) { return h.type == "cgroup2"; });
    if (unified != mounted.end()) add_hierarchy(input, *unified, std::move(item), out);
    return;
  }
  MountItem base = copy_of(item);
  base.type = "tmpfs";
  base.source = "tmpfs";
  base.data = "mode=755";
  base.flags = (item.flags | kFlags) & ~static_cast<unsigned long>(MS_RDONLY);
  base.attributes_set = mount_attributes(base.flags);
  out.push_back(std::move(base));
  for (const Hierarchy& hierarchy : mounted) {
    MountItem one = copy_of(item);
    one.destination += "/" + std::filesystem::path(hierarchy.mountpoint).filename().string();
    add_hierarchy(input, hierarchy, std::move(one), out);
  }
  if ((item.flags & MS_RDONLY) == 0) return;
  MountItem seal = copy_of(item);
  seal.kind = MountItem::Kind::remount;
  seal.flags = MS_REMOUNT | MS_BIND | MS_RDONLY | kFlags;
  seal.attributes_set = MOUNT_ATTR_RDONLY;
  out.push_back(std::move(seal));
}

}  // namespace refrun
