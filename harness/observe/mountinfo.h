#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runproof {

/// One line of /proc/PID/mountinfo (proc(5)), with \040 and its kin decoded.
struct MountEntry {
  int id = 0;
  int parent = 0;
  std::string device;  ///< "8:1"
  std::string root;    ///< what of the file system is mounted; for cgroups the group, for namespaces "net:[…]"
  std::string point;
  std::vector<std::string> options;   ///< per mount: "ro", "nosuid"
  std::vector<std::string> optional;  ///< propagation: "shared:1", "master:2", "unbindable"
  std::string type;
  std::string source;
  std::vector<std::string> super_options;

  [[nodiscard]] bool has(std::string_view option) const;
  [[nodiscard]] bool has_super(std::string_view option) const;
  /// "shared", "slave", "shared+slave", "unbindable" or "private".
  [[nodiscard]] std::string propagation() const;
};

/// All lines, in order: a later one at the same point lies on top. Throws std::invalid_argument naming a line that is
/// not one.
[[nodiscard]] std::vector<MountEntry> parse_mountinfo(std::string_view text);
/// nullopt where there is no such process (or it is a zombie, which has no mounts).
[[nodiscard]] std::optional<std::vector<MountEntry>> mounts_of(pid_t pid);
/// The topmost mount exactly at `point`, or null.
[[nodiscard]] const MountEntry* find_mount(const std::vector<MountEntry>& mounts, const std::filesystem::path& point);
/// Mounts at `path` or below it, the topmost first: in the order they can be unmounted.
[[nodiscard]] std::vector<MountEntry> mounts_below(const std::vector<MountEntry>& mounts,
                                                   const std::filesystem::path& path);

}  // namespace runproof
