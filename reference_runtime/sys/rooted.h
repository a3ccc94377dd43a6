#pragma once

#include <sys/types.h>

#include <cstdint>

// Paths below a container's root. The image is hostile: symbolic links and ".." are resolved as if the root were "/"
// (openat2(2), RESOLVE_IN_ROOT), so nothing outside can be reached. `path` has no leading slash; "" is the root itself.
// Each returns a descriptor or minus errno; async-signal-safe.

namespace refrun {

enum class Symlinks { follow, refuse };

int open_in_root(int root, const char* path, int flags, Symlinks symlinks = Symlinks::follow) noexcept;
/// Opens the directory (O_PATH), making what is missing of it with mode 0755.
int make_directory_in_root(int root, const char* path, Symlinks symlinks = Symlinks::follow) noexcept;
/// Opens whatever is there (O_PATH); where nothing is, an empty file is made, and its directories.
int make_file_in_root(int root, const char* path) noexcept;
/// Opens the directory that `path`'s last component is in, made if missing, and gives that component.
int make_parent_in_root(int root, const char* path, const char*& name) noexcept;

}  // namespace refrun
