#include "harness/run/marked.h"

#include <fmt/format.h>
#include <unistd.h>

#include <set>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "harness/observe/namespaces.h"
#include "harness/observe/process.h"

namespace runproof {

namespace {

constexpr std::size_t kPoint = 4;  // of a line of /proc/PID/mountinfo, proc(5)

/// The mount that is its `/`, where that is another than ours. No other mount tells anything of a process: whoever
/// makes a mount namespace takes along all that is mounted just then.
std::string root_of(pid_t pid) {
  if (namespace_of(pid, "mnt") == namespace_of(getpid(), "mnt")) return "";
  const std::string mounts = base::read_file_if_there(fmt::format("/proc/{}/mountinfo", pid)).value_or("");
  std::string roots;
  for (const std::string_view line : base::split(mounts, '\n')) {
    const auto words = base::split(line, ' ');
    if (words.size() > kPoint && words[kPoint] == "/") roots.append(line).append("\n");
  }
  return roots;
}

}  // namespace

std::string marks_of(pid_t pid) {
  std::string marks;
  try {
    for (const char* file : {"cmdline", "cgroup"}) {
      marks += base::read_file_if_there(fmt::format("/proc/{}/{}", pid, file)).value_or("");
      marks += '\n';
    }
    marks += link_of(pid, "cwd").value_or("") + '\n';
    marks += root_of(pid);
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
