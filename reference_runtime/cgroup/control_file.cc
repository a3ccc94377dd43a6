#include "reference_runtime/cgroup/control_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <climits>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "base/unique_fd.h"

namespace refrun {
namespace {

std::string path_of(const std::string& directory, std::string_view file) {
  std::string path = directory;
  path += '/';
  path += file;
  return path;
}

}  // namespace

std::optional<std::string> read_control(const std::string& directory, std::string_view file) {
  try {
    auto text = base::read_file_if_there(path_of(directory, file));
    if (text && text->ends_with('\n')) text->pop_back();
    return text;
  } catch (const base::SysError& error) {
    if (error.error() == ENODEV) return std::nullopt;  // the cgroup was removed while it was read
    throw;
  }
}

std::optional<std::string> read_keyed(const std::string& directory, std::string_view file, std::string_view key) {
  const auto text = read_control(directory, file);
  if (!text) return std::nullopt;
  for (const std::string_view line : base::split(*text, '\n'))
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ' ')
      return std::string(line.substr(key.size() + 1));
  return std::nullopt;
}

int try_write_control(const std::string& directory, std::string_view file, std::string_view value) {
  const base::UniqueFd fd(::open(path_of(directory, file).c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd.valid()) return errno;
  return ::write(fd.get(), value.data(), value.size()) < 0 ? errno : 0;
}

bool control_exists(const std::string& directory, std::string_view file) {
  return ::access(path_of(directory, file).c_str(), F_OK) == 0;
}

unsigned long long read_number(const std::string& directory, std::string_view file) {
  const auto text = read_control(directory, file);
  if (!text) return 0;
  if (*text == "max") return ULLONG_MAX;
  unsigned long long number = 0;
  std::from_chars(text->data(), text->data() + text->size(), number);
  return number;
}

}  // namespace refrun
