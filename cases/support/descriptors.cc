#include "cases/support/descriptors.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/file.h"
#include "harness/observe/process.h"
#include "harness/runtime/failure.h"

namespace runproof {

std::vector<std::string> open_directories(pid_t pid) {
  const std::vector<OpenFd> all = fds_of(pid);
  if (all.empty()) throw CaseFailed("process " + std::to_string(pid) + " has no descriptors: it has gone");
  std::vector<std::string> found;
  for (const OpenFd& open : all) {
    const std::string link = "/proc/" + std::to_string(pid) + "/fd/" + std::to_string(open.fd);
    struct stat info {};
    if (stat(link.c_str(), &info) == 0 && S_ISDIR(info.st_mode))
      found.push_back(std::to_string(open.fd) + " -> " + open.target);
  }
  return found;
}

std::string why_exe_is_writable(pid_t pid) {
  const std::string link = "/proc/" + std::to_string(pid) + "/exe";
  const base::UniqueFd exe = base::open_file(link, O_PATH);
  struct stat info {};
  struct statvfs system {};
  if (fstat(exe.get(), &info) != 0 || fstatvfs(exe.get(), &system) != 0) return "cannot look at " + link;
  if (info.st_nlink == 0 || (system.f_flag & ST_RDONLY) != 0) return "";
  return link_of(pid, "exe").value_or(link) + " has a name and lies on a mount that can be written to";
}

}  // namespace runproof
