#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "base/json.h"
#include "reference_runtime/config/linux_config.h"

namespace refrun {

// config-linux.md#intelrdt, on the kernel's resctrl file system (Documentation/filesystems/resctrl.rst).

/// The groups of one container; a directory that is empty stands for none.
struct RdtGroups {
  std::string directory;   // the class of service
  bool own = false;        // made for this container alone, under its id: goes with it
  std::string monitoring;  // below `directory`; always the container's own
};

[[nodiscard]] base::Json to_json(const RdtGroups& groups);
[[nodiscard]] RdtGroups rdt_groups_from_json(const base::Json& json);

/// Where resctrl is mounted, by the text of /proc/PID/mountinfo; empty where it is not.
[[nodiscard]] std::string find_resctrl(std::string_view mountinfo);

/// What `make_rdt_groups` will make and use below `root`, the mount. Throws std::runtime_error for a class that must be
/// there and is not, or that is there with other schemata.
[[nodiscard]] RdtGroups plan_rdt_groups(const IntelRdt& config, const std::string& root, const std::string& id);

/// Makes what is missing, and writes the schemata of a class that it makes. Throws std::runtime_error with the kernel's
/// own words, where it has any.
void make_rdt_groups(const IntelRdt& config, const std::string& root, const RdtGroups& groups);

/// Moves one process, by its number in this PID namespace; its children follow. Throws base::SysError.
void join_rdt_groups(const RdtGroups& groups, pid_t pid);

/// Removes what is the container's own. What is gone already is no error. Throws base::SysError.
void remove_rdt_groups(const RdtGroups& groups);

}  // namespace refrun
