#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "reference_runtime/stage/init_steps.h"
#include "reference_runtime/sys/rooted.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun::init_step {
namespace {

constexpr unsigned kOnto = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;

/// What covers the masked: the first use mounts it, the others bind that mount.
struct Cover {
  int mount = -1;
  bool used = false;

  /// A detached mount to put in place; `mine` when the caller is to close it.
  int next(bool& mine) noexcept {
    mine = used;
    if (used) return sys::open_tree(mount, "", AT_EMPTY_PATH | OPEN_TREE_CLONE);
    used = true;
    return mount;
  }
};

/// An empty, read-only tmpfs.
int make_empty_directory() noexcept {
  const int fs = sys::fsopen("tmpfs", 0);
  if (fs < 0) return fs;
  sys::fsconfig(fs, FSCONFIG_SET_FLAG, "ro", nullptr);
  sys::fsconfig(fs, FSCONFIG_SET_STRING, "size", "0k");
  int result = sys::fsconfig(fs, FSCONFIG_CMD_CREATE, nullptr, nullptr);
  if (result >= 0) {
    result = sys::fsmount(fs, 0, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
  }
  ::close(fs);
  return result;
}

int put_over(Cover& cover, int place) noexcept {
  bool mine = false;
  const int tree = cover.next(mine);
  if (tree < 0) return tree;
  const int result = sys::move_mount(tree, "", place, "", kOnto);
  if (mine) ::close(tree);
  return result;
}

int mask(Init& init, const char* path, Cover& file_cover, Cover& directory_cover) noexcept {
  Cover image_null;
  if (fault("mask_with_image_null")) image_null.mount = sys::open_tree(AT_FDCWD, "/dev/null", OPEN_TREE_CLONE);
  const int place = open_in_root(init.root, path, O_PATH);
  if (place == -ENOENT || place == -ENOTDIR) return 0;  // nothing to hide
  if (place < 0) return place;
  struct stat st {};
  int result = ::fstat(place, &st) == 0 ? 0 : -errno;
  if (result == 0 && S_ISDIR(st.st_mode)) {
    if (directory_cover.mount < 0) directory_cover.mount = make_empty_directory();
    result = put_over(directory_cover, place);
  } else if (result == 0) {
    // The host's /dev/null, opened and verified before: the container's may be anything (CVE-2025-31133).
    Cover& cover = fault("mask_with_image_null") ? image_null : file_cover;
    result = put_over(cover, place);
  }
  ::close(place);
  return result;
}

int make_readonly(Init& init, const char* path) noexcept {
  const int place = open_in_root(init.root, path, O_PATH);
  if (place == -ENOENT || place == -ENOTDIR) return 0;
  if (place < 0) return place;
  const int tree = sys::open_tree(place, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | AT_RECURSIVE);
  int result = tree;
  if (tree >= 0) {
    mount_attr readonly{};
    readonly.attr_set = MOUNT_ATTR_RDONLY;
    result = sys::mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, readonly);
    if (result >= 0) result = sys::move_mount(tree, "", place, "", kOnto);
    ::close(tree);
  }
  ::close(place);
  return result;
}

}  // namespace

int set_sysctls(Init& init) noexcept {
  // Through the host's procfs, which was opened before the root changed: nothing that the image or a mount has put at
  // /proc/sys can catch the write (CVE-2019-16884, CVE-2025-52881).
  const int proc = fault("sysctl_through_container") ? ::open("/proc", O_PATH | O_CLOEXEC) : init.plan.proc.get();
  for (const Setting& setting : init.plan.sysctl) {
    const int fd = ::openat(proc, setting.path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return init.fail(errno, "open /proc/", setting.path.c_str());
    const ssize_t written = ::write(fd, setting.value.data(), setting.value.size());
    const int error = written < 0 ? errno : 0;
    ::close(fd);
    if (error != 0) return init.fail(error, "write /proc/", setting.path.c_str());
  }
  return 0;
}

int mask_paths(Init& init) noexcept {
  Cover file_cover{.mount = init.plan.null_cover.get()};
  Cover directory_cover;
  int error = 0;
  for (const std::string& path : init.plan.masked_paths) {
    error = mask(init, path.c_str(), file_cover, directory_cover);
    if (error < 0) {
      init.fail(error, "mask /", path.c_str());
      break;
    }
  }
  if (directory_cover.mount >= 0) ::close(directory_cover.mount);
  return error < 0 ? -error : 0;
}

int make_paths_readonly(Init& init) noexcept {
  for (const std::string& path : init.plan.readonly_paths) {
    if (const int error = make_readonly(init, path.c_str()); error < 0) {
      return init.fail(error, "make read-only: /", path.c_str());
    }
  }
  return 0;
}

}  // namespace refrun::init_step
