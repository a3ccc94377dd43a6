#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "reference_runtime/stage/init_steps.h"
#include "reference_runtime/sys/rooted.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun::init_step {
namespace {

/// config-linux.md#devices: "If a file already exists at path that does not match the requested device, the runtime
/// MUST generate an error".
int check_existing(int parent, const char* name, const DeviceNode& device) noexcept {
  struct stat st {};
  if (::fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) != 0) return -errno;
  if (fault("device_mismatch_accepted")) return 0;
  const bool same_type = (st.st_mode & S_IFMT) == (device.mode & S_IFMT);
  const bool same_number = S_ISFIFO(device.mode) || st.st_rdev == device.number;
  return same_type && same_number ? 0 : -EEXIST;
}

int set_owner_and_mode(int parent, const char* name, const DeviceNode& device) noexcept {
  if (::fchownat(parent, name, device.uid, device.gid, AT_SYMLINK_NOFOLLOW) != 0) return -errno;
  return ::fchmodat(parent, name, device.mode & 07777, 0) == 0 ? 0 : -errno;
}

int make_node(Init& init, const DeviceNode& device) noexcept {
  const char* name = nullptr;
  const int parent = make_parent_in_root(init.root, device.path.c_str(), name);
  if (parent < 0) return parent;
  int result = ::mknodat(parent, name, device.mode, device.number) == 0 ? 0 : -errno;
  const bool made = result == 0;
  if (result == -EEXIST) result = check_existing(parent, name, device);
  // An existing default device is the image's or the mounter's: theirs to own.
  const bool ours = made || !device.is_default;
  const bool already_right = made && device.uid == 0 && device.gid == 0;  // umask is 0 here
  if (result == 0 && ours && !already_right) result = set_owner_and_mode(parent, name, device);
  ::close(parent);
  return result;
}

/// A user namespace may not make devices, but may bind the host's.
int bind_node(Init& init, const DeviceNode& device) noexcept {
  if (S_ISFIFO(device.mode)) return make_node(init, device);
  char host[300] = "/";
  if (device.path.size() + 2 > sizeof host) return -ENAMETOOLONG;
  std::memcpy(host + 1, device.path.c_str(), device.path.size() + 1);
  const int tree = sys::open_tree(AT_FDCWD, host, OPEN_TREE_CLONE);
  if (tree < 0) return tree;
  struct stat st {};
  int result = ::fstat(tree, &st) == 0 ? 0 : -errno;
  if (result == 0 && ((st.st_mode & S_IFMT) != (device.mode & S_IFMT) || st.st_rdev != device.number)) result = -ENODEV;
  const int place = result == 0 ? make_file_in_root(init.root, device.path.c_str()) : result;
  result = place < 0 ? place : sys::move_mount(tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
  if (place >= 0) ::close(place);
  ::close(tree);
  return result;
}

bool exists(Init& init, const char* path) noexcept {
  const int fd = open_in_root(init.root, path, O_PATH);
  if (fd < 0) return false;
  ::close(fd);
  return true;
}

/// A link that is already there, whatever it points to, is the image's business.
int make_link(int dev, const char* target, const char* name) noexcept {
  return ::symlinkat(target, dev, name) == 0 || errno == EEXIST ? 0 : -errno;
}

}  // namespace

int make_devices(Init& init) noexcept {
  for (const DeviceNode& device : init.plan.devices) {
    const int error = init.plan.bind_devices ? bind_node(init, device) : make_node(init, device);
    if (error < 0) return init.fail(error, "make device /", device.path.c_str());
  }
  return 0;
}

int link_devices(Init& init) noexcept {
  // runtime-linux.md#dev-symbolic-links: "if the source file exists after processing mounts".
  struct Link {
    const char* source;
    const char* target;
    const char* name;
  };
  static constexpr Link kLinks[] = {{"proc/self/fd", "/proc/self/fd", "fd"},
                                    {"proc/self/fd", "/proc/self/fd/0", "stdin"},
                                    {"proc/self/fd", "/proc/self/fd/1", "stdout"},
                                    {"proc/self/fd", "/proc/self/fd/2", "stderr"},
                                    {"proc/kcore", "/proc/kcore", "core"}};
  const int dev = make_directory_in_root(init.root, "dev");
  if (dev < 0) return init.fail(dev, "open /dev");
  int error = 0;
  for (const Link& link : kLinks) {
    if (error == 0 && exists(init, link.source)) error = make_link(dev, link.target, link.name);
  }
  ::close(dev);
  return error == 0 ? 0 : init.fail(error, "link the standard streams in /dev");
}

int link_ptmx(Init& init) noexcept {
  const int dev = make_directory_in_root(init.root, "dev");
  if (dev < 0) return init.fail(dev, "open /dev");
  const int error = make_link(dev, "pts/ptmx", "ptmx");
  ::close(dev);
  return error == 0 ? 0 : init.fail(error, "link /dev/ptmx");
}

}  // namespace refrun::init_step
