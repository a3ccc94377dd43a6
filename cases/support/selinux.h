#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "harness/bundle/config.h"

namespace runproof {

// The labels of the lane v2-selinux (harness/lane/selinux_policy.cc).
/// Of everything that is not told otherwise.
inline constexpr std::string_view kHostLabel = "system_u:system_r:host_t:s0-s0:c0.c2";
/// Of a process that may not read what bears kForbiddenLabel. Categories, whose comma separates mount options.
inline constexpr std::string_view kContainerLabel = "system_u:system_r:container_t:s0:c0,c2";
/// Of a process that nobody may become.
inline constexpr std::string_view kLockedLabel = "system_u:system_r:locked_t:s0";
/// Of files.
inline constexpr std::string_view kFileLabel = "system_u:object_r:container_file_t:s0:c0,c2";
inline constexpr std::string_view kForbiddenLabel = "system_u:object_r:forbidden_t:s0";

/// Where a process reads its own label (selinux(8)). The kernel ends it with a NUL.
inline constexpr std::string_view kOwnLabel = "/proc/self/attr/current";
/// What is read there of a process with this label.
[[nodiscard]] std::string as_read(std::string_view label);

/// A configuration whose program is to have this label.
[[nodiscard]] Config labelled(std::string_view label, Config config = Config::minimal({}));

/// The label of a process, as the host sees it. Throws SysError.
[[nodiscard]] std::string label_of(pid_t pid);
/// Of a file (security.selinux of xattr(7)), not of what a link leads to. Throws SysError.
[[nodiscard]] std::string label_of(const std::filesystem::path& file);
/// Of a key, by its serial number (keyctl(2)). Throws SysError.
[[nodiscard]] std::string label_of_key(long serial);
/// Writes a file with this label. Throws SysError.
void write_labelled(const std::filesystem::path& file, std::string_view text, std::string_view label);

}  // namespace runproof
