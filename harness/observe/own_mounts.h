#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "harness/observe/mountinfo.h"

namespace runproof {

/// Our mounts at or below each of `paths`, the last that was made first. The table is read again only where the kernel
/// says that it has changed (poll(2), proc_pid_mountinfo(5)); a thread that was forked, or has gone to another mount
/// namespace, reads its own. Throws SysError.
[[nodiscard]] std::vector<MountEntry> own_mounts_below(std::span<const std::filesystem::path> paths);

}  // namespace runproof
