#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "base/sys_error.h"
#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/cgroup/control_file.h"
#include "reference_runtime/cgroup/freezer.h"
#include "reference_runtime/cgroup/members.h"
#include "reference_runtime/cgroup/systemd_scope.h"

namespace refrun {
namespace {

/// What a cgroup that cannot be removed still has.
std::string leftovers(const std::string& directory) {
  std::string text;
  for (const std::string& place : directory_tree(directory)) {
    std::string pids = read_control(place, "cgroup.procs").value_or("");
    for (char& c : pids) c = c == '\n' ? ' ' : c;
    if (!pids.empty()) text += fmt::format("{}{} has processes {}", text.empty() ? "" : "; ", place, pids);
  }
  return text.empty() ? "the kernel is not done with it" : text;
}

/// rmdir(2), those below first. Just after the last process has gone it may be EBUSY for a moment.
void remove_tree(const std::string& directory, base::Deadline deadline) {
  Pause pause;
  for (;;) {
    if (::rmdir(directory.c_str()) == 0 || errno == ENOENT || errno == ENODEV) return;
    if (errno != EBUSY && errno != ENOTEMPTY) throw base::SysError("rmdir " + directory);
    bool removed = false;
    for (const std::string& below : directory_tree(directory)) removed = ::rmdir(below.c_str()) == 0 || removed;
    if (removed) continue;
    if (!pause.wait(deadline)) throw CgroupError("cannot remove cgroup " + directory + ": " + leftovers(directory));
  }
}

}  // namespace

void Cgroup::remove(base::Deadline deadline) {
  unified_fd_.reset();
  if (!place_.scope.empty()) stop_scope(place_, deadline);
  for (const std::string& directory : place_.directories()) remove_tree(directory, deadline);
  // Those above that were made for it; another container may be at home there by now.
  for (const std::string& parent : place_.parents) (void)::rmdir(parent.c_str());
}

}  // namespace refrun
