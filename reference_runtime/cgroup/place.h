#pragma once

#include <map>
#include <string>

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
  std::string path;                           // within every hierarchy: "/refrun/box1"
  std::map<std::string, std::string> legacy;  // controller -> directory (v1); controllers mounted together share one
  std::string unified;                        // directory in the unified hierarchy; empty: none
  std::string scope;                          // systemd unit that owns it ("refrun-box1.scope"); empty: none
};

[[nodiscard]] base::Json to_json(const CgroupPlace& place);
/// Throws base::JsonError or nlohmann's exceptions for what to_json did not write.
[[nodiscard]] CgroupPlace cgroup_place_from_json(const base::Json& json);

}  // namespace refrun
