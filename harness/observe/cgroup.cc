#include "harness/observe/cgroup.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "base/entries.h"
#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "harness/observe/cgroup_paths.h"

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

/// `name` is seen from the directory `at`, `dir` is the whole path to it. False where it is none.
bool walk_below(int at, const char* name, std::string& dir, const std::function<void(const std::string&)>& visit) {
  struct stat info = {};
  if (::fstatat(at, name, &info, 0) != 0 || !S_ISDIR(info.st_mode)) return false;
  if (info.st_nlink == 2) return true;  // kernfs counts a directory's directories: two are its name and its dot
  const base::UniqueFd fd(::openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return true;
  (void)base::for_each_entry(fd.get(), [&](const char* entry, unsigned char type) {
    if (type != DT_DIR) return;
    const std::size_t length = dir.size();
    dir.append("/").append(entry);
    if (walk_below(fd.get(), entry, dir, visit)) visit(dir);
    dir.resize(length);
  });
  return true;
}

}  // namespace

bool walk_groups(const fs::path& dir, const std::function<void(const std::string&)>& visit) {
  std::string path = dir.string();
  return walk_below(AT_FDCWD, dir.c_str(), path, visit);
}

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
  (void)walk_groups(dir, [&](const std::string& below) { all.push_back({.dir = below, .v2 = v2}); });
  return all;
}

}  // namespace runproof
