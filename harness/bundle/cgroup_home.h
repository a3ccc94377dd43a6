#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace runproof {

/// Who makes the groups of containers: the runtime, or systemd for it (a scope in system.slice each).
enum class CgroupDriver { cgroupfs, systemd };

/// One for the whole process, and for what it forks; cgroupfs unless somebody sets another.
[[nodiscard]] CgroupDriver cgroup_driver();
void set_cgroup_driver(CgroupDriver driver);

/// The linux.cgroupsPath of a container of this name: "/name", below a tenant's group "/his/name", of systemd's
/// "system.slice:rp:1-2" for rp-1-2; empty where a tenant has no group: then there is to be none.
[[nodiscard]] std::string own_cgroups_path(std::string_view name);
/// Where that is in a hierarchy: "/name", "/his/name", "/system.slice/rp-1-2.scope". A sweep finds it by the name.
[[nodiscard]] std::string own_cgroup(std::string_view name);

/// Whether the runtime is to be told to use systemd for the bundle in this directory: that is the driver, and its
/// config.json names no path, or one of the form that systemd has a use for, "slice:prefix:name".
[[nodiscard]] bool wants_systemd(const std::filesystem::path& bundle);

}  // namespace runproof
