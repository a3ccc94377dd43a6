#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "reference_runtime/cgroup/place.h"
#include "reference_runtime/config/config.h"

namespace refrun {

/// One mount as init makes it.
struct MountItem {
  enum class Kind { filesystem, bind, remount } kind = Kind::filesystem;
  std::string source;
  std::string destination;  // in the container, without the leading slash
  std::string type;
  std::string data;
  std::string label;                 // SELinux: for the root of a file system that takes none as it is mounted
  unsigned long flags = 0;           // MS_*, for mount(2)
  std::uint64_t attributes_set = 0;  // MOUNT_ATTR_*, for binds and remounts
  std::uint64_t attributes_clear = 0;
  std::uint64_t recursive_set = 0;
  std::uint64_t recursive_clear = 0;
  std::vector<unsigned long> propagation;
  bool recursive_bind = false;
  bool source_is_directory = true;
  bool keep_peers = false;  // shared or rshared was asked for: stay a peer of the host's mount
  bool copy_up = false;
  bool no_symlinks = false;  // the destination must be a plain directory: /proc and /sys (CVE-2019-19921)
  base::UniqueFd tree;       // a bind's detached copy, when the parent may make one
  std::string index;         // "mounts[3]", for messages
};

/// MS_NOSUID ... as MOUNT_ATTR_*.
[[nodiscard]] std::uint64_t mount_attributes(unsigned long flags);

/// A path in the container without its leading slashes: relative to the root, as init opens it.
[[nodiscard]] std::string without_slash(const std::string& path);

struct MountPlanInput {
  const Config& config;
  std::string bundle;
  CgroupMode cgroup_mode = CgroupMode::none;
  const CgroupPlace* cgroup = nullptr;
  bool new_cgroup_namespace = false;
  bool parent_may_mount = false;  // CAP_SYS_ADMIN over the host's mount namespace
};

/// The mounts of config.json, "cgroup" entries resolved for this host. Throws std::runtime_error with the index.
[[nodiscard]] std::vector<MountItem> plan_mounts(const MountPlanInput& input);

}  // namespace refrun
