#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "reference_runtime/wasm/wasi/functions.h"
#include "reference_runtime/wasm/wasi/resolve.h"

namespace refrun::wasm::wasi {
namespace {

int follow_flag(std::uint32_t lookup) { return (lookup & kSymlinkFollow) != 0 ? 0 : O_NOFOLLOW; }

/// A slash behind a name asks for a directory; the calls below get the name without it, so they would not notice.
void check_directory(const Place& place) {
  if (!place.wants_directory) return;
  struct stat status {};
  if (fstatat(place.parent.get(), place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) throw Refusal{last_errno()};
  if (!S_ISDIR(status.st_mode)) throw Refusal{Errno::notdir};
}

bool exists(const Place& place) {
  struct stat status {};
  return fstatat(place.parent.get(), place.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

int open_flags(std::uint32_t lookup, std::uint32_t oflags, std::uint64_t rights, std::uint32_t fdflags) {
  const bool writes = (rights & (kFdWrite | kFdAllocate | kFdFilestatSetSize)) != 0;
  const bool reads = (rights & (kFdRead | kFdReaddir)) != 0 || !writes;
  int flags = follow_flag(lookup) | open_flags_from(fdflags) | O_NOCTTY;
  if ((oflags & kDirectory) != 0) {
    flags |= O_RDONLY | O_DIRECTORY;
  } else {
    flags |= writes ? (reads ? O_RDWR : O_WRONLY) : O_RDONLY;
  }
  if ((oflags & kCreat) != 0) flags |= O_CREAT;
  if ((oflags & kExcl) != 0) flags |= O_EXCL;
  if ((oflags & kTrunc) != 0) flags |= O_TRUNC;
  return flags;
}

}  // namespace

Errno path_create_directory(World& world, Guest guest, Fd fd, Ptr path, Size length) {
  const Place place = place_beneath(world.fd(fd, kPathCreateDirectory), guest.text(path, length));
  return answer(mkdirat(place.parent.get(), place.name.c_str(), 0777));
}

Errno path_filestat_get(World& world, Guest guest, Fd fd, std::uint32_t lookup, Ptr path, Size length, Ptr stat_at) {
  const auto file =
      open_beneath(world.fd(fd, kPathFilestatGet), guest.text(path, length), O_PATH | follow_flag(lookup));
  guest.write(stat_at, filestat_of(file.get()));
  return Errno::success;
}

Errno path_filestat_set_times(World& world, Guest guest, Fd fd, std::uint32_t lookup, Ptr path, Size length,
                              std::uint64_t atim, std::uint64_t mtim, std::uint32_t flags) {
  timespec times[2];
  times_from(atim, mtim, flags, times);
  const auto file =
      open_beneath(world.fd(fd, kPathFilestatSetTimes), guest.text(path, length), O_PATH | follow_flag(lookup));
  return answer(utimensat(file.get(), "", times, AT_EMPTY_PATH));
}

Errno path_link(World& world, Guest guest, Fd old_fd, std::uint32_t lookup, Ptr old_path, Size old_length, Fd new_fd,
                Ptr new_path, Size new_length) {
  if ((lookup & kSymlinkFollow) != 0) return Errno::inval;  // linkat(2) on a name that is followed could lead out
  const Place from = place_beneath(world.fd(old_fd, kPathLinkSource), guest.text(old_path, old_length));
  const Place to = place_beneath(world.fd(new_fd, kPathLinkTarget), guest.text(new_path, new_length));
  check_directory(from);
  if (to.wants_directory) return exists(to) ? Errno::exist : Errno::noent;
  return answer(linkat(from.parent.get(), from.name.c_str(), to.parent.get(), to.name.c_str(), 0));
}

Errno path_open(World& world, Guest guest, Fd fd, std::uint32_t lookup, Ptr path, Size length, std::uint32_t oflags,
                std::uint64_t rights_base, std::uint64_t rights_inheriting, std::uint32_t fdflags, Ptr opened) {
  std::uint64_t needed = kPathOpen;
  if ((oflags & kCreat) != 0) needed |= kPathCreateFile;
  if ((oflags & kTrunc) != 0) needed |= kPathFilestatSetSize;
  const Descriptor& directory = world.at(fd, needed);
  // Rights that the directory cannot pass on are dropped, not refused: wasi-libc asks for all it knows.
  const std::uint64_t base = rights_base & directory.rights_inheriting;
  const std::uint64_t inheriting = rights_inheriting & directory.rights_inheriting;
  const int flags = open_flags(lookup, oflags, base, fdflags);
  const std::string text = guest.text(path, length);
  guest.write<std::uint32_t>(opened, 0);
  if ((oflags & kCreat) != 0 && (oflags & kDirectory) != 0) return Errno::inval;
  if ((oflags & kDirectory) != 0 && (base & kFdWrite) != 0) return Errno::isdir;
  Descriptor descriptor{.rights_base = base, .rights_inheriting = inheriting};
  descriptor.fd = open_beneath(directory.fd.get(), text, flags, 0666);
  struct stat status {};
  if (fstat(descriptor.fd.get(), &status) != 0) return last_errno();
  if (S_ISDIR(status.st_mode)) descriptor.rights_base &= ~std::uint64_t{kOfFilesAlone};
  guest.write(opened, world.insert(std::move(descriptor)));
  return Errno::success;
}

Errno path_readlink(World& world, Guest guest, Fd fd, Ptr path, Size length, Ptr buf, Size buf_length, Ptr used) {
  const Place place = place_beneath(world.fd(fd, kPathReadlink), guest.text(path, length));
  check_directory(place);
  const auto out = guest.bytes(buf, buf_length);
  // readlink(2) refuses an empty buffer; WASI cuts.
  char target[PATH_MAX];
  const ssize_t got = readlinkat(place.parent.get(), place.name.c_str(), target, sizeof target);
  if (got < 0) return last_errno();
  const std::size_t size = std::min<std::size_t>(static_cast<std::size_t>(got), out.size());
  std::copy_n(target, size, out.begin());
  guest.write(used, static_cast<std::uint32_t>(size));
  return Errno::success;
}

Errno path_remove_directory(World& world, Guest guest, Fd fd, Ptr path, Size length) {
  const Place place = place_beneath(world.fd(fd, kPathRemoveDirectory), guest.text(path, length));
  return answer(unlinkat(place.parent.get(), place.name.c_str(), AT_REMOVEDIR));
}

Errno path_rename(World& world, Guest guest, Fd fd, Ptr old_path, Size old_length, Fd new_fd, Ptr new_path,
                  Size new_length) {
  const Place from = place_beneath(world.fd(fd, kPathRenameSource), guest.text(old_path, old_length));
  const Place to = place_beneath(world.fd(new_fd, kPathRenameTarget), guest.text(new_path, new_length));
  check_directory(from);
  if (to.wants_directory) {
    if (exists(to)) {
      check_directory(to);
    } else {
      check_directory({.parent = base::duplicate(from.parent.get()), .name = from.name, .wants_directory = true});
    }
  }
  return answer(renameat(from.parent.get(), from.name.c_str(), to.parent.get(), to.name.c_str()));
}

/// The text of a link is the module's to choose: whoever follows it later is kept beneath by open_beneath.
Errno path_symlink(World& world, Guest guest, Ptr old_path, Size old_length, Fd fd, Ptr new_path, Size new_length) {
  const std::string target = guest.text(old_path, old_length);
  const Place place = place_beneath(world.fd(fd, kPathSymlink), guest.text(new_path, new_length));
  if (target.starts_with('/')) return Errno::perm;
  if (place.wants_directory) return exists(place) ? Errno::exist : Errno::noent;
  return answer(symlinkat(target.c_str(), place.parent.get(), place.name.c_str()));
}

Errno path_unlink_file(World& world, Guest guest, Fd fd, Ptr path, Size length) {
  const Place place = place_beneath(world.fd(fd, kPathUnlinkFile), guest.text(path, length));
  check_directory(place);
  return answer(unlinkat(place.parent.get(), place.name.c_str(), 0));
}

}  // namespace refrun::wasm::wasi
