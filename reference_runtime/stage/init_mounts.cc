#include <fcntl.h>
#include <sys/mount.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>

#include "reference_runtime/stage/copy_up.h"
#include "reference_runtime/stage/init_steps.h"
#include "reference_runtime/sys/rooted.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun::init_step {
namespace {

constexpr int kNothing = -1;

int set_attributes(int mount, std::uint64_t set, std::uint64_t clear, unsigned flags) noexcept {
  if (set == 0 && clear == 0) return 0;
  mount_attr attr{};
  attr.attr_set = set;
  attr.attr_clr = clear;
  // Access-time modes are a field, not bits: whoever sets one clears them all (mount_setattr(2)).
  if ((set & MOUNT_ATTR__ATIME) != 0) attr.attr_clr |= MOUNT_ATTR__ATIME;
  return sys::mount_setattr(mount, "", AT_EMPTY_PATH | flags, attr);
}

int set_propagation(int mount, unsigned long propagation) noexcept {
  mount_attr attr{};
  attr.propagation = propagation & ~static_cast<unsigned long>(MS_REC);
  return sys::mount_setattr(mount, "", AT_EMPTY_PATH | ((propagation & MS_REC) != 0 ? AT_RECURSIVE : 0), attr);
}

/// Extended attributes are no matter of a descriptor that is a mere path.
int set_label(const MountItem& item, int mount) noexcept {
  const int root = ::openat(mount, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root < 0) return -errno;
  const int result = ::fsetxattr(root, "security.selinux", item.label.data(), item.label.size(), 0) == 0 ? 0 : -errno;
  ::close(root);
  return result;
}

/// What is done to a mount once it is in place.
int finish(const MountItem& item, int mount) noexcept {
  if (!item.label.empty()) {
    if (const int error = set_label(item, mount); error < 0) return error;
  }
  if (const int error = set_attributes(mount, item.recursive_set, item.recursive_clear, AT_RECURSIVE); error < 0) {
    return error;
  }
  for (const unsigned long propagation : item.propagation) {
    if (const int error = set_propagation(mount, propagation); error < 0) return error;
  }
  return 0;
}

bool wants_finish(const MountItem& item) noexcept {
  return !item.label.empty() || item.recursive_set != 0 || item.recursive_clear != 0 || !item.propagation.empty();
}

int make_filesystem(Init& init, const MountItem& item) noexcept {
  const Symlinks symlinks = item.no_symlinks ? Symlinks::refuse : Symlinks::follow;
  const int place = make_directory_in_root(init.root, item.destination.c_str(), symlinks);
  if (place < 0) return place;
  int result = ::fchdir(place) == 0 ? 0 : -errno;
  if (result == 0) {
    // Mounting on "." cannot miss: the directory is held, whatever happens to its path.
    const unsigned long flags = item.copy_up ? item.flags & ~static_cast<unsigned long>(MS_RDONLY) : item.flags;
    result =
        sys::mount(item.source.c_str(), ".", item.type.c_str(), flags, item.data.empty() ? nullptr : item.data.c_str());
  }
  if (result >= 0 && (wants_finish(item) || item.copy_up)) {
    const int mounted = open_in_root(init.root, item.destination.c_str(), O_PATH | O_DIRECTORY, symlinks);
    result = mounted < 0 ? mounted : finish(item, mounted);
    if (result >= 0 && item.copy_up) {
      result = copy_up(place, mounted);
      if (result >= 0 && (item.flags & MS_RDONLY) != 0) result = set_attributes(mounted, MOUNT_ATTR_RDONLY, 0, 0);
    }
    if (mounted >= 0) ::close(mounted);
  }
  ::close(place);
  return result;
}

/// Puts a detached copy of a mount in its place, and closes it.
int place_tree(Init& init, const MountItem& item, int tree, bool is_directory) noexcept {
  int result = 0;
  // A copy of a host mount is that mount's peer. Unless config.json asks for sharing, it only listens.
  if (item.tree.valid() && !item.keep_peers) result = set_propagation(tree, MS_SLAVE | MS_REC);
  if (result >= 0) result = set_attributes(tree, item.attributes_set, item.attributes_clear, 0);
  int place = kNothing;
  if (result >= 0) {
    place = is_directory ? make_directory_in_root(init.root, item.destination.c_str())
                         : make_file_in_root(init.root, item.destination.c_str());
    result = place;
  }
  if (result >= 0) {
    result = sys::move_mount(tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
  }
  if (result >= 0) result = finish(item, tree);
  if (place >= 0) ::close(place);
  ::close(tree);
  return result;
}

int make_bind(Init& init, const MountItem& item) noexcept {
  int tree = item.tree.get();
  if (tree < 0) {
    tree = sys::open_tree(AT_FDCWD, item.source.c_str(), OPEN_TREE_CLONE | (item.recursive_bind ? AT_RECURSIVE : 0U));
  }
  return tree < 0 ? tree : place_tree(init, item, tree, item.source_is_directory);
}

/// A user namespace may mount sysfs only together with a network namespace of its own: else it gets what is there.
int make_sysfs(Init& init, const MountItem& item) noexcept {
  const int error = make_filesystem(init, item);
  if (error != -EPERM) return error;
  const int tree = sys::open_tree(AT_FDCWD, "/sys", OPEN_TREE_CLONE | AT_RECURSIVE);
  return tree < 0 ? error : place_tree(init, item, tree, /*is_directory=*/true);
}

int remount(Init& init, const MountItem& item) noexcept {
  const int place = open_in_root(init.root, item.destination.c_str(), O_PATH);
  if (place < 0) return place;
  int result = 0;
  if ((item.flags & MS_BIND) == 0) {
    result = ::fchdir(place) == 0 ? 0 : -errno;
    if (result == 0) {
      result =
          sys::mount(nullptr, ".", nullptr, item.flags | MS_REMOUNT, item.data.empty() ? nullptr : item.data.c_str());
    }
  } else {
    result = set_attributes(place, item.attributes_set, item.attributes_clear, 0);
  }
  if (result >= 0) result = finish(item, place);
  ::close(place);
  return result;
}

int make(Init& init, const MountItem& item) noexcept {
  switch (item.kind) {
    case MountItem::Kind::filesystem:
      return item.type == "sysfs" ? make_sysfs(init, item) : make_filesystem(init, item);
    case MountItem::Kind::bind:
      return make_bind(init, item);
    case MountItem::Kind::remount:
      return remount(init, item);
  }
  return -EINVAL;
}

}  // namespace

int make_mounts(Init& init) noexcept {
  const auto& mounts = init.plan.mounts;
  const std::size_t count = mounts.size();
  for (std::size_t i = 0; i < count; ++i) {
    const MountItem& item = mounts[fault("mounts_reversed") ? count - 1 - i : i];
    if (const int error = make(init, item); error < 0) return init.fail(error, item.index.c_str());
  }
  return ::chdir("/") == 0 ? 0 : init.fail(errno, "chdir /");
}

}  // namespace refrun::init_step
