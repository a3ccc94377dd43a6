#pragma once

#include <filesystem>

#include "base/unique_fd.h"

namespace runproof {

/// As long as this lives, this process and each runtime that it starts are in a mount namespace of their own: what is
/// mounted does not spread to the host, goes with the namespace, and what the host mounts is seen as before. What
/// is mounted after a Container was made counts as left behind, so there make this after it and before `create`.
/// Throws SysError.
class OwnMounts {
 public:
  OwnMounts();
  OwnMounts(const OwnMounts&) = delete;
  OwnMounts& operator=(const OwnMounts&) = delete;
  ~OwnMounts();

 private:
  base::UniqueFd host_;
  std::filesystem::path cwd_;
};

/// Mounts a tmpfs with these MS_* flags (mount(2)) at `path`, which is made. Under OwnMounts. Throws SysError.
void mount_tmpfs(const std::filesystem::path& path, unsigned long flags = 0);
/// Makes a directory a mount: binds it to itself. Under OwnMounts. Throws SysError.
void make_mount_point(const std::filesystem::path& directory);
/// MS_SHARED, MS_PRIVATE … of the mount at `path`; with MS_REC of those below, too. Throws SysError.
void set_propagation(const std::filesystem::path& path, unsigned long propagation);
/// Further MS_* flags for the mount at `path` alone, as `mount -o remount,bind` does. Throws SysError.
void set_mount_flags(const std::filesystem::path& path, unsigned long flags);

}  // namespace runproof
