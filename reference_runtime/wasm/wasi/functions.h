#pragma once

// The 46 functions of WASI preview 1, with C++ types for the module's: uint32_t is i32, uint64_t is i64. Each answers
// an Errno; functions.cc binds them to their names. Pointers into the module's memory are plain numbers, named as in
// the witx file.

#include "reference_runtime/wasm/wasi/guest.h"
#include "reference_runtime/wasm/wasi/world.h"

namespace refrun::wasm::wasi {

using Ptr = std::uint32_t;
using Fd = std::uint32_t;
using Size = std::uint32_t;

// args.cc
Errno args_get(World&, Guest, Ptr argv, Ptr argv_buf);
Errno args_sizes_get(World&, Guest, Ptr argc, Ptr argv_buf_size);
Errno environ_get(World&, Guest, Ptr environ, Ptr environ_buf);
Errno environ_sizes_get(World&, Guest, Ptr count, Ptr buf_size);

// clock.cc
Errno clock_res_get(World&, Guest, std::uint32_t id, Ptr resolution);
Errno clock_time_get(World&, Guest, std::uint32_t id, std::uint64_t precision, Ptr time);
Errno random_get(World&, Guest, Ptr buf, Size length);
Errno sched_yield(World&, Guest);

// fd.cc
Errno fd_close(World&, Guest, Fd fd);
Errno fd_fdstat_get(World&, Guest, Fd fd, Ptr stat);
Errno fd_fdstat_set_flags(World&, Guest, Fd fd, std::uint32_t flags);
Errno fd_fdstat_set_rights(World&, Guest, Fd fd, std::uint64_t base, std::uint64_t inheriting);
Errno fd_prestat_get(World&, Guest, Fd fd, Ptr prestat);
Errno fd_prestat_dir_name(World&, Guest, Fd fd, Ptr path, Size length);
Errno fd_renumber(World&, Guest, Fd from, Fd to);
Errno fd_readdir(World&, Guest, Fd fd, Ptr buf, Size length, std::uint64_t cookie, Ptr used);

// file.cc
Errno fd_advise(World&, Guest, Fd fd, std::uint64_t offset, std::uint64_t length, std::uint32_t advice);
Errno fd_allocate(World&, Guest, Fd fd, std::uint64_t offset, std::uint64_t length);
Errno fd_datasync(World&, Guest, Fd fd);
Errno fd_sync(World&, Guest, Fd fd);
Errno fd_filestat_get(World&, Guest, Fd fd, Ptr stat);
Errno fd_filestat_set_size(World&, Guest, Fd fd, std::uint64_t size);
Errno fd_filestat_set_times(World&, Guest, Fd fd, std::uint64_t atim, std::uint64_t mtim, std::uint32_t flags);
Errno fd_read(World&, Guest, Fd fd, Ptr iovs, Size count, Ptr nread);
Errno fd_pread(World&, Guest, Fd fd, Ptr iovs, Size count, std::uint64_t offset, Ptr nread);
Errno fd_write(World&, Guest, Fd fd, Ptr iovs, Size count, Ptr nwritten);
Errno fd_pwrite(World&, Guest, Fd fd, Ptr iovs, Size count, std::uint64_t offset, Ptr nwritten);
Errno fd_seek(World&, Guest, Fd fd, std::uint64_t offset, std::uint32_t whence, Ptr position);
Errno fd_tell(World&, Guest, Fd fd, Ptr position);

// path.cc
Errno path_create_directory(World&, Guest, Fd fd, Ptr path, Size length);
Errno path_filestat_get(World&, Guest, Fd fd, std::uint32_t lookup, Ptr path, Size length, Ptr stat);
Errno path_filestat_set_times(World&, Guest, Fd fd, std::uint32_t lookup, Ptr path, Size length, std::uint64_t atim,
                              std::uint64_t mtim, std::uint32_t flags);
Errno path_link(World&, Guest, Fd old_fd, std::uint32_t lookup, Ptr old_path, Size old_length, Fd new_fd, Ptr new_path,
                Size new_length);
Errno path_open(World&, Guest, Fd fd, std::uint32_t lookup, Ptr path, Size length, std::uint32_t oflags,
                std::uint64_t rights_base, std::uint64_t rights_inheriting, std::uint32_t fdflags, Ptr opened);
Errno path_readlink(World&, Guest, Fd fd, Ptr path, Size length, Ptr buf, Size buf_length, Ptr used);
Errno path_remove_directory(World&, Guest, Fd fd, Ptr path, Size length);
Errno path_rename(World&, Guest, Fd fd, Ptr old_path, Size old_length, Fd new_fd, Ptr new_path, Size new_length);
Errno path_symlink(World&, Guest, Ptr old_path, Size old_length, Fd fd, Ptr new_path, Size new_length);
Errno path_unlink_file(World&, Guest, Fd fd, Ptr path, Size length);

// sock.cc
Errno sock_accept(World&, Guest, Fd fd, std::uint32_t flags, Ptr accepted);
Errno sock_recv(World&, Guest, Fd fd, Ptr iovs, Size count, std::uint32_t flags, Ptr nread, Ptr out_flags);
Errno sock_send(World&, Guest, Fd fd, Ptr iovs, Size count, std::uint32_t flags, Ptr nwritten);
Errno sock_shutdown(World&, Guest, Fd fd, std::uint32_t how);

// poll.cc: may answer `suspend`; proc.cc: proc_exit answers `exit`.
HostAnswer poll_oneoff(void* world, HostCall& call);
HostAnswer proc_exit(void* world, HostCall& call);
HostAnswer proc_raise(void* world, HostCall& call);

// Shared.
std::uint16_t fdflags_from(int open_flags);
int open_flags_from(std::uint32_t fdflags);
Filetype filetype_from(std::uint32_t mode);
Filestat filestat_of(int fd);
/// The two times of utimensat(2). Throws Refusal `inval` where both a time and "now" are asked for.
void times_from(std::uint64_t atim, std::uint64_t mtim, std::uint32_t flags, struct timespec (&times)[2]);

}  // namespace refrun::wasm::wasi
