#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "reference_runtime/wasm/wasi/functions.h"
#include "reference_runtime/wasm/wasi/timestamp.h"

namespace refrun::wasm::wasi {
namespace {

Errno report(const Guest& guest, ssize_t moved, Ptr out) {
  if (moved < 0) return last_errno();
  guest.write(out, static_cast<std::uint32_t>(moved));
  return Errno::success;
}

timespec time_from(std::uint64_t ns, bool set, bool now) {
  if (set && now) throw Refusal{Errno::inval};
  if (now) return {0, UTIME_NOW};
  if (!set) return {0, UTIME_OMIT};
  return {static_cast<time_t>(ns / 1'000'000'000U), static_cast<long>(ns % 1'000'000'000U)};
}

/// off_t is signed: an offset beyond it is no offset.
off_t offset_from(std::uint64_t offset) {
  if (offset > static_cast<std::uint64_t>(INT64_MAX)) throw Refusal{Errno::inval};
  return static_cast<off_t>(offset);
}

}  // namespace

void times_from(std::uint64_t atim, std::uint64_t mtim, std::uint32_t flags, timespec (&times)[2]) {
  times[0] = time_from(atim, (flags & kAtim) != 0, (flags & kAtimNow) != 0);
  times[1] = time_from(mtim, (flags & kMtim) != 0, (flags & kMtimNow) != 0);
}

Filestat filestat_of(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0) throw Refusal{last_errno()};
  return {.dev = status.st_dev,
          .ino = status.st_ino,
          .filetype = filetype_from(status.st_mode),
          .nlink = status.st_nlink,
          .size = static_cast<std::uint64_t>(status.st_size),
          .atim = timestamp(status.st_atim),
          .mtim = timestamp(status.st_mtim),
          .ctim = timestamp(status.st_ctim)};
}

Errno fd_advise(World& world, Guest /*guest*/, Fd fd, std::uint64_t offset, std::uint64_t length,
                std::uint32_t advice) {
  constexpr int kAdvice[] = {POSIX_FADV_NORMAL,   POSIX_FADV_SEQUENTIAL, POSIX_FADV_RANDOM,
                             POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED,   POSIX_FADV_NOREUSE};
  const int host = world.fd(fd, kFdAdvise);
  if (advice >= std::size(kAdvice)) return Errno::inval;
  return errno_from(posix_fadvise(host, offset_from(offset), offset_from(length), kAdvice[advice]));
}

Errno fd_allocate(World& world, Guest /*guest*/, Fd fd, std::uint64_t offset, std::uint64_t length) {
  return answer(fallocate(world.fd(fd, kFdAllocate), 0, offset_from(offset), offset_from(length)));
}

Errno fd_datasync(World& world, Guest /*guest*/, Fd fd) { return answer(fdatasync(world.fd(fd, kFdDatasync))); }
Errno fd_sync(World& world, Guest /*guest*/, Fd fd) { return answer(fsync(world.fd(fd, kFdSync))); }

Errno fd_filestat_get(World& world, Guest guest, Fd fd, Ptr stat_at) {
  guest.write(stat_at, filestat_of(world.fd(fd, kFdFilestatGet)));
  return Errno::success;
}

Errno fd_filestat_set_size(World& world, Guest /*guest*/, Fd fd, std::uint64_t size) {
  return answer(ftruncate(world.fd(fd, kFdFilestatSetSize), offset_from(size)));
}

Errno fd_filestat_set_times(World& world, Guest /*guest*/, Fd fd, std::uint64_t atim, std::uint64_t mtim,
                            std::uint32_t flags) {
  timespec times[2];
  times_from(atim, mtim, flags, times);
  return answer(futimens(world.fd(fd, kFdFilestatSetTimes), times));
}

Errno fd_read(World& world, Guest guest, Fd fd, Ptr iovs, Size count, Ptr nread) {
  const int host = world.fd(fd, kFdRead);
  const auto buffers = guest.buffers(iovs, count);
  return report(guest, readv(host, buffers.data(), static_cast<int>(buffers.size())), nread);
}

Errno fd_pread(World& world, Guest guest, Fd fd, Ptr iovs, Size count, std::uint64_t offset, Ptr nread) {
  const int host = world.fd(fd, kFdRead | kFdSeek);
  const auto buffers = guest.buffers(iovs, count);
  return report(guest, preadv(host, buffers.data(), static_cast<int>(buffers.size()), offset_from(offset)), nread);
}

Errno fd_write(World& world, Guest guest, Fd fd, Ptr iovs, Size count, Ptr nwritten) {
  const int host = world.fd(fd, kFdWrite);
  const auto buffers = guest.buffers(iovs, count);
  return report(guest, writev(host, buffers.data(), static_cast<int>(buffers.size())), nwritten);
}

Errno fd_pwrite(World& world, Guest guest, Fd fd, Ptr iovs, Size count, std::uint64_t offset, Ptr nwritten) {
  const int host = world.fd(fd, kFdWrite | kFdSeek);
  const auto buffers = guest.buffers(iovs, count);
  return report(guest, pwritev(host, buffers.data(), static_cast<int>(buffers.size()), offset_from(offset)), nwritten);
}

Errno fd_seek(World& world, Guest guest, Fd fd, std::uint64_t offset, std::uint32_t whence, Ptr position) {
  constexpr int kWhence[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  if (whence >= std::size(kWhence)) return Errno::inval;
  const bool only_tells = offset == 0 && kWhence[whence] == SEEK_CUR;
  const off_t at = lseek(world.fd(fd, only_tells ? kFdTell : kFdSeek), static_cast<off_t>(offset), kWhence[whence]);
  if (at < 0) return last_errno();
  guest.write(position, static_cast<std::uint64_t>(at));
  return Errno::success;
}

Errno fd_tell(World& world, Guest guest, Fd fd, Ptr position) { return fd_seek(world, guest, fd, 0, 1, position); }

}  // namespace refrun::wasm::wasi
