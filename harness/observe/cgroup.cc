#include "harness/observe/cgroup.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;

/// As read_file_if_there, and nullopt also for a group that goes while it is read (ENODEV), or a file that this type of
/// group refuses.
std::optional<std::string> read_group_file(const fs::path& path) {
  try {
    return base::read_file_if_there(path);
  } catch (const base::SysError& error) {
    if (error.error() == ENODEV || error.error() == EOPNOTSUPP) return std::nullopt;
    throw;
  }
}

/// kernfs counts a directory's directories in its links: two are its name and its dot.
bool has_none_below(const fs::path& dir) {
  struct stat info = {};
  return ::stat(dir.c_str(), &info) != 0 || info.st_nlink == 2;
}

void collect_below(const fs::path& dir, bool v2, std::vector<Cgroup>& all) {
  if (has_none_below(dir)) return;
  std::error_code gone;
  for (fs::directory_iterator entry(dir, gone), end; !gone && entry != end; entry.increment(gone)) {
    std::error_code ignored;
    if (!entry->is_directory(ignored) || entry->is_symlink(ignored)) continue;
    collect_below(entry->path(), v2, all);
    all.push_back({.dir = entry->path(), .v2 = v2});
  }
}

}  // namespace

bool Cgroup::exists() const {
  std::error_code gone;
  return fs::is_directory(dir, gone);
}

bool Cgroup::has(std::string_view file) const { return ::access((dir / file).c_str(), F_OK) == 0; }

std::optional<std::string> Cgroup::read(std::string_view file) const {
  auto text = read_group_file(dir / file);
  if (text && text->ends_with('\n')) text->pop_back();
  return text;
}

std::vector<pid_t> Cgroup::procs() const {
  std::vector<pid_t> pids;
  const auto text = read("cgroup.procs");
  if (!text) return pids;
  for (const std::string_view word : base::words(*text))
    if (const auto pid = base::to_number(word)) pids.push_back(static_cast<pid_t>(*pid));
  return pids;
}

std::vector<pid_t> Cgroup::procs_below() const {
  std::set<pid_t> pids;
  const auto add = [&pids](const Cgroup& group) {
    for (const pid_t pid : group.procs()) pids.insert(pid);
  };
  add(*this);
  for (const Cgroup& group : below()) add(group);
  return {pids.begin(), pids.end()};
}

std::map<std::string, long long> Cgroup::events(std::string_view file) const {
  std::map<std::string, long long> values;
  const auto text = read(file);
  if (!text) return values;
  for (const std::string_view line : base::split(*text, '\n')) {
    const std::vector<std::string_view> pair = base::words(line);
    if (pair.size() != 2) continue;
    if (const auto value = base::to_number(pair[1])) values.emplace(pair[0], *value);
  }
  return values;
}

bool Cgroup::populated() const {
  if (!v2) return !procs_below().empty();
  const auto values = events();
  const auto found = values.find("populated");
  // The root of a hierarchy has no cgroup.events.
  return found == values.end() ? !procs().empty() : found->second != 0;
}

std::optional<bool> Cgroup::frozen() const {
  if (!v2) {
    const auto state = read("freezer.state");
    if (!state) return std::nullopt;
    return *state == "FROZEN";
  }
  const auto values = events();
  const auto found = values.find("frozen");
  if (found == values.end()) return std::nullopt;
  return found->second != 0;
}

std::vector<Cgroup> Cgroup::below() const {
  std::vector<Cgroup> all;
  collect_below(dir, v2, all);
  return all;
}

}  // namespace runproof
