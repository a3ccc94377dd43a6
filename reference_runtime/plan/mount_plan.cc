#include "reference_runtime/plan/mount_plan.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>

#include "base/file.h"
#include "base/sys_error.h"
#include "reference_runtime/plan/cgroup_mount.h"
#include "reference_runtime/plan/idmap.h"
#include "reference_runtime/sys/sabotage.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun {
namespace {

/// Fills what all kinds of mount share.
MountItem start_item(const Mount& mount, std::size_t index) {
  MountItem item;
  item.index = fmt::format("mount {} on {} (mounts[{}])", mount.source.empty() ? mount.type : mount.source,
                           mount.destination, index);
  item.source = mount.source;
  item.destination = without_slash(mount.destination);
  item.type = mount.type;
  const MountOptions& options = mount.options;
  item.data = fault("mount_data_dropped") ? "" : options.data;
  item.flags = fault("mount_flags_dropped") ? options.flags & (MS_BIND | MS_REC | MS_REMOUNT) : options.flags;
  item.attributes_set = mount_attributes(item.flags);
  item.attributes_clear = mount_attributes(options.cleared);
  // Access-time modes are one field of mount_setattr(2), cleared as a whole; cleared it is relatime.
  if ((item.attributes_clear & MOUNT_ATTR__ATIME) != 0 || (item.flags & MS_RELATIME) != 0)
    item.attributes_clear |= MOUNT_ATTR__ATIME;
  if (!fault("mount_propagation_dropped")) item.propagation = options.propagation;
  if (!fault("mount_recursive_dropped")) {
    item.recursive_set = options.recursive_set;
    item.recursive_clear = options.recursive_clear;
  }
  item.copy_up = options.copy_up && !fault("copy_up_dropped");
  item.no_symlinks = mount.type == "proc" || mount.type == "sysfs";
  return item;
}

bool wants_peers(const MountItem& item) {
  for (const unsigned long propagation : item.propagation) {
    if ((propagation & MS_SHARED) != 0) return true;
  }
  return false;
}

void plan_bind(const MountPlanInput& input, const Mount& mount, MountItem& item) {
  item.kind = MountItem::Kind::bind;
  if (!item.source.starts_with('/')) item.source = input.bundle + "/" + item.source;
  item.recursive_bind = mount.options.is_recursive() && !fault("bind_never_recursive");
  item.keep_peers = wants_peers(item);
  struct stat st {};
  if (::stat(item.source.c_str(), &st) != 0) throw base::SysError(item.index + ": source");
  item.source_is_directory = S_ISDIR(st.st_mode);
  // From here the host's own mounts can be reached, and be made peers; init may be root of another user namespace.
  if (!input.parent_may_mount) return;
  const int tree = sys::open_tree(AT_FDCWD, item.source.c_str(),
                                  OPEN_TREE_CLONE | (item.recursive_bind ? static_cast<unsigned>(AT_RECURSIVE) : 0U));
  if (tree < 0) throw base::SysError(item.index, -tree);
  item.tree.reset(tree);
}

bool has_selinux() { return ::access("/sys/fs/selinux/enforce", F_OK) == 0; }

/// linux.mountLabel. What is in procfs and sysfs has labels of its own, and a bind's files keep theirs. Message queues
/// are one file system for all mounts of their namespace: they take no label from one of them.
void plan_label(const std::string& label, MountItem& item) {
  if (label.empty() || !has_selinux() || item.kind != MountItem::Kind::filesystem) return;
  if (item.type == "proc" || item.type == "sysfs" || fault("mount_label_dropped")) return;
  if (item.type == "mqueue") {
    item.label = label;
  } else {
    // The quotes keep its commas from being taken for the next option.
    item.data += fmt::format("{}context=\"{}\"", item.data.empty() ? "" : ",", label);
  }
}

MountItem plan_one(const MountPlanInput& input, const Mount& mount, std::size_t index) {
  MountItem item = start_item(mount, index);
  if ((item.flags & MS_REMOUNT) != 0) {
    item.kind = MountItem::Kind::remount;
  } else if (mount.options.is_bind()) {
    plan_bind(input, mount, item);
  } else if (item.source.empty()) {
    item.source = mount.type.empty() ? "none" : mount.type;
  }
  if (mount.options.idmap != Idmap::none || !mount.uid_mappings.empty()) apply_idmap(input, mount, item);
  plan_label(input.config.linux_config.mount_label, item);
  return item;
}

}  // namespace

std::uint64_t mount_attributes(unsigned long flags) {
  struct Pair {
    unsigned long flag;
    std::uint64_t attribute;
  };
  static constexpr Pair kPairs[] = {
      {MS_RDONLY, MOUNT_ATTR_RDONLY},         {MS_NOSUID, MOUNT_ATTR_NOSUID},
      {MS_NODEV, MOUNT_ATTR_NODEV},           {MS_NOEXEC, MOUNT_ATTR_NOEXEC},
      {MS_NOATIME, MOUNT_ATTR_NOATIME},       {MS_STRICTATIME, MOUNT_ATTR_STRICTATIME},
      {MS_NODIRATIME, MOUNT_ATTR_NODIRATIME}, {MS_NOSYMFOLLOW, MOUNT_ATTR_NOSYMFOLLOW},
  };
  std::uint64_t out = 0;
  for (const Pair& pair : kPairs) {
    if ((flags & pair.flag) != 0) out |= pair.attribute;
  }
  return out;
}

std::string without_slash(const std::string& path) {
  const auto first = path.find_first_not_of('/');
  return first == std::string::npos ? std::string() : path.substr(first);
}

std::vector<MountItem> plan_mounts(const MountPlanInput& input) {
  std::vector<MountItem> out;
  const auto& mounts = input.config.mounts;
  if (!input.config.linux_config.mount_label.empty() && !has_selinux() && !fault("labels_without_module_dropped"))
    throw std::runtime_error("/linux/mountLabel: SELinux is not enabled on this host");
  out.reserve(mounts.size());
  for (std::size_t i = 0; i < mounts.size(); ++i) {
    const bool cgroup = mounts[i].type == "cgroup" && !mounts[i].options.is_bind();
    if (cgroup && input.cgroup_mode != CgroupMode::none) {
      plan_cgroup_mount(input, mounts[i], start_item(mounts[i], i), out);
    } else {
      out.push_back(plan_one(input, mounts[i], i));
    }
  }
  return out;
}

}  // namespace refrun
