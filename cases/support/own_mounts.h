#pragma once

#include <filesystem>
#include <vector>

namespace runproof {

/// A mount namespace of our own for the rest of this process, in which nothing spreads to the host and what the host
/// does is seen as before: the runtime is called in it, so a case may arrange mounts at will. The guard unmounts what
/// was mounted through it. Throws Broken.
class OwnMounts {
 public:
  OwnMounts();
  OwnMounts(const OwnMounts&) = delete;
  OwnMounts& operator=(const OwnMounts&) = delete;
  ~OwnMounts();

  /// Mounts a directory onto itself, with these flags of mount(2): MS_NODEV, MS_SHARED.
  void bind_with_flags(const std::filesystem::path& directory, unsigned long flags);
  void bind_shared(const std::filesystem::path& directory);
  /// A tmpfs there.
  void mount_tmpfs(const std::filesystem::path& directory);

 private:
  std::vector<std::filesystem::path> points_;
};

}  // namespace runproof
