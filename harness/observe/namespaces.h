#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runproof {

/// The names under /proc/PID/ns that a container can have of its own.
inline constexpr std::array<std::string_view, 8> kNamespaces = {"cgroup", "ipc",  "mnt",  "net",
                                                                "pid",    "time", "user", "uts"};

/// Which namespace a process is in: device and inode of /proc/PID/ns/NAME (namespaces(7)).
struct NamespaceId {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool operator==(const NamespaceId&) const = default;
};

/// nullopt where the process has gone, is a zombie, or the kernel has no such namespace. Throws SysError where it is
/// forbidden.
[[nodiscard]] std::optional<NamespaceId> namespace_of(pid_t pid, std::string_view name);
/// All of kNamespaces that the process has, by name.
[[nodiscard]] std::map<std::string, NamespaceId> namespaces_of(pid_t pid);
/// Of any nsfs file, such as one bind-mounted.
[[nodiscard]] std::optional<NamespaceId> namespace_at(const std::string& path);

/// A line of /proc/PID/uid_map or gid_map.
struct IdMapLine {
  std::uint32_t inside = 0;
  std::uint32_t outside = 0;
  std::uint32_t count = 0;
  bool operator==(const IdMapLine&) const = default;
};
[[nodiscard]] std::vector<IdMapLine> parse_id_map(std::string_view text);
/// `file` is "uid_map" or "gid_map". nullopt where there is no such process.
[[nodiscard]] std::optional<std::vector<IdMapLine>> id_map_of(pid_t pid, std::string_view file);

}  // namespace runproof
