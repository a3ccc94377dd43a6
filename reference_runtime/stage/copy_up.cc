#include "reference_runtime/stage/copy_up.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace refrun {
namespace {

constexpr int kMaxDepth = 64;  // directories within directories: each holds two descriptors and some stack

struct Dirent64 {  // getdents64(2): readdir(3) would allocate
  std::uint64_t inode;
  std::int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[1];
};

int copy_directory(int from, int to, int depth) noexcept;

void copy_attributes(int from, int to) noexcept {
  char names[4096];
  char value[4096];
  const ssize_t length = ::flistxattr(from, names, sizeof names);
  for (ssize_t at = 0; at < length; at += static_cast<ssize_t>(std::strlen(names + at)) + 1) {
    const ssize_t size = ::fgetxattr(from, names + at, value, sizeof value);
    if (size >= 0)
      ::fsetxattr(to, names + at, value, static_cast<std::size_t>(size), 0);  // what tmpfs cannot hold is lost
  }
}

int copy_metadata(const struct stat& st, int fd) noexcept {
  if (::fchown(fd, st.st_uid, st.st_gid) != 0) return -errno;
  if (::fchmod(fd, st.st_mode & 07777) != 0) return -errno;
  const timespec times[2] = {st.st_atim, st.st_mtim};
  return ::futimens(fd, times) == 0 ? 0 : -errno;
}

int copy_file(int from_dir, int to_dir, const char* name, const struct stat& st) noexcept {
  const int in = ::openat(from_dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (in < 0) return -errno;
  const int out = ::openat(to_dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (out < 0) {
    const int error = -errno;
    ::close(in);
    return error;
  }
  int result = 0;
  for (ssize_t sent = 1; sent > 0;) {
    sent = ::sendfile(out, in, nullptr, 1 << 20);
    if (sent < 0) result = -errno;
  }
  if (result == 0) {
    copy_attributes(in, out);
    result = copy_metadata(st, out);
  }
  ::close(in);
  ::close(out);
  return result;
}

int copy_link(int from_dir, int to_dir, const char* name, const struct stat& st) noexcept {
  char target[PATH_MAX];
  const ssize_t length = ::readlinkat(from_dir, name, target, sizeof target - 1);
  if (length < 0) return -errno;
  target[length] = '\0';
  if (::symlinkat(target, to_dir, name) != 0) return -errno;
  return ::fchownat(to_dir, name, st.st_uid, st.st_gid, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : -errno;
}

int copy_node(int to_dir, const char* name, const struct stat& st) noexcept {
  if (::mknodat(to_dir, name, st.st_mode, st.st_rdev) != 0) return -errno;
  if (::fchownat(to_dir, name, st.st_uid, st.st_gid, AT_SYMLINK_NOFOLLOW) != 0) return -errno;
  return ::fchmodat(to_dir, name, st.st_mode & 07777, 0) == 0 ? 0 : -errno;
}

int copy_subdirectory(int from_dir, int to_dir, const char* name, const struct stat& st, int depth) noexcept {
  if (depth >= kMaxDepth) return -ELOOP;
  if (::mkdirat(to_dir, name, 0700) != 0) return -errno;
  const int in = ::openat(from_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (in < 0) return -errno;
  const int out = ::openat(to_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  int result = out < 0 ? -errno : copy_directory(in, out, depth + 1);
  if (result == 0) {
    copy_attributes(in, out);
    result = copy_metadata(st, out);
  }
  ::close(in);
  if (out >= 0) ::close(out);
  return result;
}

int copy_entry(int from_dir, int to_dir, const char* name, int depth) noexcept {
  struct stat st {};
  if (::fstatat(from_dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0) return -errno;
  switch (st.st_mode & S_IFMT) {
    case S_IFDIR:
      return copy_subdirectory(from_dir, to_dir, name, st, depth);
    case S_IFREG:
      return copy_file(from_dir, to_dir, name, st);
    case S_IFLNK:
      return copy_link(from_dir, to_dir, name, st);
    default:
      return copy_node(to_dir, name, st);
  }
}

int copy_directory(int from, int to, int depth) noexcept {
  alignas(Dirent64) char buffer[8192];
  for (;;) {
    const long length = ::syscall(SYS_getdents64, from, buffer, sizeof buffer);
    if (length < 0) return -errno;
    if (length == 0) return 0;
    for (long at = 0; at < length;) {
      unsigned short entry_length = 0;
      std::memcpy(&entry_length, buffer + at + offsetof(Dirent64, length), sizeof entry_length);
      const char* name = buffer + at + offsetof(Dirent64, name);
      at += entry_length;
      if (std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0) continue;
      if (const int error = copy_entry(from, to, name, depth); error != 0) return error;
    }
  }
}

}  // namespace

int copy_up(int from, int to) noexcept {
  const int in = ::openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (in < 0) return -errno;
  const int out = ::openat(to, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int result = out < 0 ? -errno : copy_directory(in, out, 0);
  struct stat st {};
  if (result == 0 && ::fstat(in, &st) == 0) {
    copy_attributes(in, out);
    result = copy_metadata(st, out);
  }
  ::close(in);
  if (out >= 0) ::close(out);
  return result;
}

}  // namespace refrun
