#include "base/file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/sys_error.h"

namespace base {
namespace {

bool says_not_there(int error) { return error == ENOENT || error == ENOTDIR || error == ESRCH || error == ENODEV; }

}  // namespace

UniqueFd open_file(const std::filesystem::path& path, int flags, mode_t mode) {
  UniqueFd fd(::open(path.c_str(), flags | O_CLOEXEC, mode));
  if (!fd.valid()) throw SysError("open " + path.string());
  return fd;
}

std::string read_all(int fd) {
  std::string text;
  char chunk[16384];
  for (;;) {
    const ssize_t got = ::read(fd, chunk, sizeof chunk);
    if (got == 0) return text;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw SysError("read");
    text.append(chunk, static_cast<std::size_t>(got));
  }
}

std::string read_file(const std::filesystem::path& path) {
  const UniqueFd fd = open_file(path, O_RDONLY);
  try {
    return read_all(fd.get());
  } catch (const SysError& e) {
    throw SysError("read " + path.string(), e.error());
  }
}

std::optional<std::string> read_file_if_there(const std::filesystem::path& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) {
    if (says_not_there(errno)) return std::nullopt;
    throw SysError("open " + path.string());
  }
  try {
    return read_all(fd.get());
  } catch (const SysError& e) {
    if (says_not_there(e.error())) return std::nullopt;
    throw SysError("read " + path.string(), e.error());
  }
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(fd, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) throw SysError("write");
    text.remove_prefix(static_cast<std::size_t>(put));
  }
}

void write_file(const std::filesystem::path& path, std::string_view text, mode_t mode) {
  const UniqueFd fd = open_file(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
  try {
    write_all(fd.get(), text);
  } catch (const SysError& e) {
    throw SysError("write " + path.string(), e.error());
  }
}

void write_file_atomically(const std::filesystem::path& path, std::string_view text, mode_t mode) {
  const std::filesystem::path beside = path.string() + ".new" + std::to_string(::getpid());
  try {
    write_file(beside, text, mode);
    if (::rename(beside.c_str(), path.c_str()) != 0) throw SysError("rename to " + path.string());
  } catch (const SysError&) {
    ::unlink(beside.c_str());
    throw;
  }
}

void write_control(const std::filesystem::path& path, std::string_view text) {
  const UniqueFd fd = open_file(path, O_WRONLY);
  // One write: control files act on each write(2) as on a command.
  if (::write(fd.get(), text.data(), text.size()) < 0)
    throw SysError("write '" + std::string(text) + "' to " + path.string());
}

}  // namespace base
