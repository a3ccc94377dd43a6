#include "harness/observe/namespaces.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"

namespace runproof {

std::optional<NamespaceId> namespace_at(const std::string& path) {
  struct stat info = {};
  if (::stat(path.c_str(), &info) == 0) return NamespaceId{.device = info.st_dev, .inode = info.st_ino};
  if (errno == ENOENT || errno == ESRCH || errno == ENOTDIR) return std::nullopt;
  throw base::SysError("stat " + path);
}

std::optional<NamespaceId> namespace_of(pid_t pid, std::string_view name) {
  return namespace_at(fmt::format("/proc/{}/ns/{}", pid, name));
}

std::map<std::string, NamespaceId> namespaces_of(pid_t pid) {
  std::map<std::string, NamespaceId> all;
  for (const std::string_view name : kNamespaces)
    if (const auto id = namespace_of(pid, name)) all.emplace(name, *id);
  return all;
}

std::vector<IdMapLine> parse_id_map(std::string_view text) {
  std::vector<IdMapLine> lines;
  for (const std::string_view line : base::split(text, '\n')) {
    const std::vector<std::string_view> fields = base::words(line);
    if (fields.size() != 3) continue;
    const auto number = [&](int at) { return static_cast<std::uint32_t>(base::to_number(fields[at]).value_or(0)); };
    lines.push_back({.inside = number(0), .outside = number(1), .count = number(2)});
  }
  return lines;
}

std::optional<std::vector<IdMapLine>> id_map_of(pid_t pid, std::string_view file) {
  const auto text = base::read_file_if_there(fmt::format("/proc/{}/{}", pid, file));
  if (!text) return std::nullopt;
  return parse_id_map(*text);
}

}  // namespace runproof
