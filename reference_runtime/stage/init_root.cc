#include <fcntl.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>

#include "reference_runtime/stage/init_steps.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun::init_step {

int keep_mounts_from_spreading(Init& init) noexcept {
  // What is mounted below must not reach the host; what the host mounts may still arrive (rootfsPropagation slave).
  const int error = sys::mount("", "/", nullptr, MS_REC | MS_SLAVE, nullptr);
  return error < 0 ? init.fail(error, "make / a slave mount") : 0;
}

int mount_root(Init& init) noexcept {
  RootPlan& root = init.plan.root;
  int tree = root.tree.get();
  if (tree < 0) tree = sys::open_tree(AT_FDCWD, root.path.c_str(), OPEN_TREE_CLONE | AT_RECURSIVE);
  if (tree < 0) return init.fail(tree, "open the root ", root.path.c_str());
  // pivot_root(2) wants a root that spreads nothing. In the host's own mount namespace nothing mounted here may have
  // peers at all, so that `delete` can take it all away.
  mount_attr apart{};
  apart.propagation = init.plan.new_mount_namespace ? MS_SLAVE : MS_PRIVATE;
  sys::mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, apart);
  int error = sys::move_mount(tree, "", AT_FDCWD, root.path.c_str(), MOVE_MOUNT_F_EMPTY_PATH);
  // A user namespace's root may not be able to walk to the root's place on the host; "/" will do, it is left soon.
  if (error == -EACCES && init.plan.new_mount_namespace) {
    error = sys::move_mount(tree, "", AT_FDCWD, "/", MOVE_MOUNT_F_EMPTY_PATH);
  }
  if (error < 0) return init.fail(error, "mount the root ", root.path.c_str());
  init.root = tree;
  if (!init.plan.masked_paths.empty() && !init.plan.null_cover.valid()) {
    init.plan.null_cover.reset(sys::open_tree(AT_FDCWD, "/dev/null", OPEN_TREE_CLONE));
  }
  return 0;
}

int change_root(Init& init) noexcept {
  if (::fchdir(init.root) != 0) return init.fail(errno, "enter the root");
  switch (init.plan.root.change) {
    case RootPlan::Change::pivot: {
      // The old root ends up mounted over the new one, and "." is inside it (pivot_root(2), NOTES).
      if (const int error = sys::pivot_root(".", "."); error < 0) return init.fail(error, "pivot_root");
      if (fault("old_root_kept")) break;
      if (const int error = sys::umount2(".", MNT_DETACH); error < 0) return init.fail(error, "unmount the old root");
      break;
    }
    case RootPlan::Change::move: {
      if (const int error = sys::mount(".", "/", nullptr, MS_MOVE, nullptr); error < 0) {
        return init.fail(error, "move the root to /");
      }
      if (::chroot(".") != 0) return init.fail(errno, "chroot");
      break;
    }
    case RootPlan::Change::chroot: {
      if (::chroot(".") != 0) return init.fail(errno, "chroot");
      break;
    }
  }
  // Beyond this line the old root is gone: no host path can be reached.
  return ::chdir("/") == 0 ? 0 : init.fail(errno, "chdir /");
}

int set_root_propagation(Init& init) noexcept {
  const int error = sys::mount("", "/", nullptr, init.plan.root.propagation, nullptr);
  return error < 0 ? init.fail(error, "set the propagation of the root") : 0;
}

int make_root_readonly(Init& init) noexcept {
  mount_attr readonly{};
  readonly.attr_set = MOUNT_ATTR_RDONLY;
  const int error = sys::mount_setattr(init.root, "", AT_EMPTY_PATH, readonly);
  return error < 0 ? init.fail(error, "make the root read-only") : 0;
}

}  // namespace refrun::init_step
