#include "reference_runtime/sys/rooted.h"

#include <fcntl.h>
#include <linux/limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "reference_runtime/sys/sabotage.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun {
namespace {

constexpr mode_t kDirectoryMode = 0755;
constexpr mode_t kFileMode = 0644;

/// A path that can be cut short: on the stack, for use after clone.
class PathBuffer {
 public:
  explicit PathBuffer(const char* path) noexcept {
    const std::size_t length = std::strlen(path);
    fits_ = length < sizeof text_;
    if (fits_) std::memcpy(text_, path, length + 1);
  }
  [[nodiscard]] bool fits() const noexcept { return fits_; }
  char* text() noexcept { return text_; }

 private:
  char text_[PATH_MAX] = {};
  bool fits_ = false;
};

/// Makes the directory `path` inside its parent, which exists.
int make_one(int root, char* path, Symlinks symlinks) noexcept {
  char* slash = std::strrchr(path, '/');
  int parent = root;
  const char* name = path;
  if (slash != nullptr) {
    *slash = '\0';
    parent = open_in_root(root, path, O_PATH | O_DIRECTORY, symlinks);
    *slash = '/';
    if (parent < 0) return parent;
    name = slash + 1;
  }
  const int error = ::mkdirat(parent, name, kDirectoryMode) == 0 || errno == EEXIST ? 0 : -errno;
  if (parent != root) ::close(parent);
  return error;
}

}  // namespace

int open_in_root(int root, const char* path, int flags, Symlinks symlinks) noexcept {
  const bool outside = fault("resolve_outside_root");
  std::uint64_t resolve = outside ? 0 : RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS;
  if (symlinks == Symlinks::refuse && !fault("proc_symlink_followed")) resolve |= RESOLVE_NO_SYMLINKS;
  return sys::openat2(root, *path == '\0' ? "." : path, static_cast<std::uint64_t>(flags), resolve);
}

int make_directory_in_root(int root, const char* path, Symlinks symlinks) noexcept {
  constexpr int kFlags = O_PATH | O_DIRECTORY;
  int fd = open_in_root(root, path, kFlags, symlinks);
  if (fd != -ENOENT) return fd;
  PathBuffer buffer(path);
  if (!buffer.fits()) return -ENAMETOOLONG;
  // Each prefix in turn: "a", "a/b", "a/b/c".
  for (char* at = buffer.text(); at != nullptr;) {
    at = std::strchr(at + 1, '/');
    if (at != nullptr) *at = '\0';
    fd = open_in_root(root, buffer.text(), kFlags, symlinks);
    if (fd == -ENOENT) {
      if (const int error = make_one(root, buffer.text(), symlinks); error != 0) return error;
    } else if (fd < 0) {
      return fd;
    } else {
      ::close(fd);
    }
    if (at != nullptr) *at = '/';
  }
  return open_in_root(root, path, kFlags, symlinks);
}

int make_parent_in_root(int root, const char* path, const char*& name) noexcept {
  const char* slash = std::strrchr(path, '/');
  name = slash == nullptr ? path : slash + 1;
  if (slash == nullptr) return open_in_root(root, "", O_PATH | O_DIRECTORY);
  PathBuffer buffer(path);
  if (!buffer.fits()) return -ENAMETOOLONG;
  buffer.text()[slash - path] = '\0';
  return make_directory_in_root(root, buffer.text());
}

int make_file_in_root(int root, const char* path) noexcept {
  int fd = open_in_root(root, path, O_PATH);
  if (fd != -ENOENT) return fd;
  const char* name = nullptr;
  const int parent = make_parent_in_root(root, path, name);
  if (parent < 0) return parent;
  const int made = ::openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode);
  const int error = made < 0 ? -errno : 0;
  if (made >= 0) ::close(made);
  ::close(parent);
  return error != 0 ? error : open_in_root(root, path, O_PATH);
}

}  // namespace refrun
