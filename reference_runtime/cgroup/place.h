#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/json.h"

namespace refrun {

enum class CgroupMode {
  none,    // no usable hierarchy
  v1,      // only v1 hierarchies
  hybrid,  // v1 controllers, and a unified hierarchy beside them
  v2,      // one unified hierarchy at /sys/fs/cgroup
};

/// Where a container's cgroups are: all that must be remembered to open them again. Directories are absolute host
/// paths.
struct CgroupPlace {
  CgroupMode mode = CgroupMode::none;
  std::string path;                           // within every hierarchy: "/refrun-box1"
  std::map<std::string, std::string> legacy;  // v1 controller -> directory; controllers mounted together share one
  std::string unified;                        // directory in the unified hierarchy; empty: none
  std::string unified_mount;                  // where that hierarchy begins
  std::string scope;                          // systemd unit that owns it ("refrun-box1.scope"); empty: none
  bool user_manager = false;                  // the unit is the user's systemd's, not the system's
  std::vector<std::string> parents;           // directories that are not there before create(), deepest first

  /// Every v1 directory once, then the unified one.
  [[nodiscard]] std::vector<std::string> directories() const;
  [[nodiscard]] std::vector<std::string> legacy_directories() const;
  /// The controller's v1 directory, or "".
  [[nodiscard]] std::string legacy_directory(const std::string& controller) const;
};

[[nodiscard]] base::Json to_json(const CgroupPlace& place);
/// Throws nlohmann's exceptions for what to_json did not write.
[[nodiscard]] CgroupPlace cgroup_place_from_json(const base::Json& json);

}  // namespace refrun
