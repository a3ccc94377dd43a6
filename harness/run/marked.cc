#include "harness/run/marked.h"

#include <fmt/format.h>
#include <unistd.h>

#include <set>

#include "base/file.h"
#include "base/sys_error.h"
#include "harness/observe/namespaces.h"
#include "harness/observe/process.h"

namespace runproof {

std::string marks_of(pid_t pid) {
  std::string marks;
  try {
    for (const char* file : {"cmdline", "cgroup"}) {
      marks += base::read_file_if_there(fmt::format("/proc/{}/{}", pid, file)).value_or("");
      marks += '\n';
    }
    marks += link_of(pid, "cwd").value_or("") + '\n';
    // In our own mount namespace a mount that was left behind is everybody's, and tells nothing of anybody.
    if (namespace_of(pid, "mnt") != namespace_of(getpid(), "mnt")) {
      marks += base::read_file_if_there(fmt::format("/proc/{}/mountinfo", pid)).value_or("");
    }
  } catch (const base::SysError&) {  // of another user, or half gone: what was read so far must do
  }
  return marks;
}

std::vector<pid_t> marked_processes(std::string_view prefix) {
  const auto ancestors = ancestors_of(getpid());
  std::set<pid_t> spared{ancestors.begin(), ancestors.end()};
  spared.insert(getpid());
  std::vector<pid_t> found;
  for (const pid_t pid : all_processes()) {
    if (!spared.contains(pid) && marks_of(pid).find(prefix) != std::string::npos) found.push_back(pid);
  }
  return found;
}

}  // namespace runproof
