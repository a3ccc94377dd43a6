#include "reference_runtime/cgroup/members.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/file.h"
#include "base/pidfd.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "reference_runtime/cgroup/control_file.h"

namespace refrun {
namespace {

struct CloseDir {
  void operator()(DIR* dir) const { ::closedir(dir); }
};

void walk(const std::string& directory, std::vector<std::string>& tree) {
  struct stat st {};
  if (::stat(directory.c_str(), &st) != 0) return;
  // In cgroupfs the links of a directory are itself, its name and the directories in it.
  if (st.st_nlink == 2) return tree.push_back(directory);
  const std::unique_ptr<DIR, CloseDir> dir(::opendir(directory.c_str()));
  if (!dir) return;
  while (const dirent* entry = ::readdir(dir.get())) {
    const std::string_view name = entry->d_name;
    if (entry->d_type == DT_DIR && name != "." && name != "..") walk(directory + "/" + std::string(name), tree);
  }
  tree.push_back(directory);
}

void add_processes(const std::string& directory, std::vector<pid_t>& pids) {
  for (const std::string& place : directory_tree(directory)) {
    std::optional<std::string> text;
    try {
      text = read_control(place, "cgroup.procs");
    } catch (const base::SysError& error) {
      // Of a threaded cgroup (cgroups(7)) the domain above it lists the processes.
      if (error.error() != EOPNOTSUPP) throw;
    }
    if (!text) continue;
    for (const std::string_view line : base::words(*text))
      if (const auto pid = base::to_number(line); pid && *pid > 0) pids.push_back(static_cast<pid_t>(*pid));
  }
}

}  // namespace

std::string main_directory(const CgroupPlace& place) {
  if (!place.unified.empty()) return place.unified;
  if (std::string freezer = place.legacy_directory("freezer"); !freezer.empty()) return freezer;
  return place.legacy.empty() ? "" : place.legacy.begin()->second;
}

std::vector<std::string> directory_tree(const std::string& directory) {
  std::vector<std::string> tree;
  if (!directory.empty()) walk(directory, tree);
  return tree;
}

std::vector<pid_t> list_processes(const CgroupPlace& place) {
  std::vector<pid_t> pids;
  add_processes(main_directory(place), pids);
  // On a hybrid host someone may have been put into the v1 hierarchies only.
  if (!place.unified.empty() && !place.legacy.empty()) {
    CgroupPlace legacy = place;
    legacy.unified.clear();
    add_processes(main_directory(legacy), pids);
  }
  std::sort(pids.begin(), pids.end());
  pids.erase(std::unique(pids.begin(), pids.end()), pids.end());
  return pids;
}

std::vector<base::UniqueFd> open_members(const CgroupPlace& place) {
  std::vector<std::pair<pid_t, base::UniqueFd>> opened;
  for (const pid_t pid : list_processes(place))
    if (auto pidfd = base::open_pidfd(pid)) opened.emplace_back(pid, std::move(*pidfd));

  const std::vector<pid_t> again = list_processes(place);
  std::vector<base::UniqueFd> members;
  for (auto& [pid, pidfd] : opened)
    if (std::binary_search(again.begin(), again.end(), pid) && base::send_signal(pidfd, 0))
      members.push_back(std::move(pidfd));
  return members;
}

}  // namespace refrun
