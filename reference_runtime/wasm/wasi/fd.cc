#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include "reference_runtime/wasm/wasi/functions.h"

namespace refrun::wasm::wasi {

std::uint16_t fdflags_from(int open_flags) {
  unsigned flags = 0;
  if ((open_flags & O_APPEND) != 0) flags |= kAppend;
  if ((open_flags & O_NONBLOCK) != 0) flags |= kNonblock;
  if ((open_flags & O_SYNC) == O_SYNC) {
    flags |= kSync;
  } else if ((open_flags & O_DSYNC) != 0) {
    flags |= kDsync;
  }
  return static_cast<std::uint16_t>(flags);
}

int open_flags_from(std::uint32_t fdflags) {
  int flags = 0;
  if ((fdflags & kAppend) != 0) flags |= O_APPEND;
  if ((fdflags & kNonblock) != 0) flags |= O_NONBLOCK;
  if ((fdflags & kDsync) != 0) flags |= O_DSYNC;
  if ((fdflags & (kSync | kRsync)) != 0) flags |= O_SYNC;
  return flags;
}

Filetype filetype_from(std::uint32_t mode) {
  switch (mode & S_IFMT) {
    case S_IFBLK:
      return Filetype::block_device;
    case S_IFCHR:
      return Filetype::character_device;
    case S_IFDIR:
      return Filetype::directory;
    case S_IFREG:
      return Filetype::regular_file;
    case S_IFSOCK:
      return Filetype::socket_stream;
    case S_IFLNK:
      return Filetype::symlink;
    default:
      return Filetype::unknown;
  }
}

Errno fd_close(World& world, Guest /*guest*/, Fd fd) {
  world.close(fd);
  return Errno::success;
}

Errno fd_fdstat_get(World& world, Guest guest, Fd fd, Ptr stat_at) {
  const Descriptor& descriptor = world.at(fd);
  struct stat status {};
  const int flags = fcntl(descriptor.fd.get(), F_GETFL);
  if (flags < 0 || fstat(descriptor.fd.get(), &status) != 0) return last_errno();
  guest.write(stat_at, Fdstat{.filetype = filetype_from(status.st_mode),
                              .flags = fdflags_from(flags),
                              .rights_base = descriptor.rights_base,
                              .rights_inheriting = descriptor.rights_inheriting});
  return Errno::success;
}

Errno fd_fdstat_set_flags(World& world, Guest /*guest*/, Fd fd, std::uint32_t flags) {
  const int host = world.fd(fd, kFdFdstatSetFlags);
  if ((flags & (kDsync | kRsync | kSync)) != 0) return Errno::notsup;  // fcntl(2) cannot change these
  return fcntl(host, F_SETFL, open_flags_from(flags)) == 0 ? Errno::success : last_errno();
}

Errno fd_fdstat_set_rights(World& world, Guest /*guest*/, Fd fd, std::uint64_t base, std::uint64_t inheriting) {
  Descriptor& descriptor = world.at(fd);
  if ((base & ~descriptor.rights_base) != 0 || (inheriting & ~descriptor.rights_inheriting) != 0)
    return Errno::notcapable;
  descriptor.rights_base = base;
  descriptor.rights_inheriting = inheriting;
  return Errno::success;
}

// A descriptor that is no preopen answers badf here: that is how wasi-libc finds the end of the list.
Errno fd_prestat_get(World& world, Guest guest, Fd fd, Ptr prestat) {
  const Descriptor& descriptor = world.at(fd);
  if (!descriptor.preopen) return Errno::badf;
  guest.write(prestat, Prestat{.name_length = static_cast<std::uint32_t>(descriptor.preopen->size())});
  return Errno::success;
}

Errno fd_prestat_dir_name(World& world, Guest guest, Fd fd, Ptr path, Size length) {
  const Descriptor& descriptor = world.at(fd);
  if (!descriptor.preopen) return Errno::badf;
  if (length < descriptor.preopen->size()) return Errno::nametoolong;
  const auto size = static_cast<std::uint32_t>(descriptor.preopen->size());
  std::memcpy(guest.bytes(path, size).data(), descriptor.preopen->data(), size);
  return Errno::success;
}

Errno fd_renumber(World& world, Guest /*guest*/, Fd from, Fd to) {
  world.renumber(from, to);
  return Errno::success;
}

namespace {

Filetype filetype_from_dirent(unsigned char type) { return filetype_from(DTTOIF(type)); }

}  // namespace

/// The cookie is the kernel's own directory offset: any number that an entry gave can be come back to.
Errno fd_readdir(World& world, Guest guest, Fd fd, Ptr buf, Size length, std::uint64_t cookie, Ptr used) {
  const int host = world.fd(fd, kFdReaddir);
  const std::span<std::uint8_t> out = guest.bytes(buf, length);
  guest.write<std::uint32_t>(used, 0);
  if (lseek(host, static_cast<off_t>(cookie), SEEK_SET) < 0) return last_errno();
  std::size_t filled = 0;
  const auto append = [&](const void* data, std::size_t size) {
    const std::size_t fits = std::min(size, out.size() - filled);
    std::memcpy(out.data() + filled, data, fits);
    filled += fits;
  };
  alignas(dirent64) char raw[8192];
  while (filled < out.size()) {
    const long got = syscall(SYS_getdents64, host, raw, sizeof raw);
    if (got < 0) return last_errno();
    if (got == 0) break;
    for (long at = 0; at < got && filled < out.size();) {
      const auto* entry = reinterpret_cast<const dirent64*>(raw + at);
      const std::size_t name_length = std::strlen(entry->d_name);
      const Dirent header{.next = static_cast<std::uint64_t>(entry->d_off),
                          .ino = entry->d_ino,
                          .name_length = static_cast<std::uint32_t>(name_length),
                          .type = filetype_from_dirent(entry->d_type)};
      append(&header, sizeof header);
      append(entry->d_name, name_length);
      at += entry->d_reclen;
    }
  }
  guest.write(used, static_cast<std::uint32_t>(filled));
  return Errno::success;
}

}  // namespace refrun::wasm::wasi
