#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace base {

/// open(2) with O_CLOEXEC added. Throws SysError with the path.
UniqueFd open_file(const std::filesystem::path& path, int flags, mode_t mode = 0644);
/// The whole file, also of procfs, sysfs and cgroupfs, whose sizes lie. Throws SysError.
std::string read_file(const std::filesystem::path& path);
/// The whole file, or nullopt where it is not there (ENOENT, ENOTDIR) or its process has gone (ESRCH). Throws SysError
/// otherwise.
std::optional<std::string> read_file_if_there(const std::filesystem::path& path);
/// Everything from `fd`'s current offset to its end. Throws SysError.
std::string read_all(int fd);
/// Writes all of `text` to `fd`. Throws SysError.
void write_all(int fd, std::string_view text);
/// Creates or truncates `path` and writes `text`. Throws SysError.
void write_file(const std::filesystem::path& path, std::string_view text, mode_t mode = 0644);
/// Writes a file beside `path`, then renames it over: readers see the old or the new one, never half. Throws SysError.
void write_file_atomically(const std::filesystem::path& path, std::string_view text, mode_t mode = 0644);
/// One write(2) of `text` to an existing control file (procfs, cgroupfs). Throws SysError.
void write_control(const std::filesystem::path& path, std::string_view text);

}  // namespace base
