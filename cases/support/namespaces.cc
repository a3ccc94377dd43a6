#include "cases/support/namespaces.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys_error.h"
#include "harness/observe/mountinfo.h"
#include "harness/observe/process.h"

namespace runproof {
namespace {

/// Processes that even root may not look at (a confined PID 1) are none of the runtime's.
bool is_in(pid_t pid, const std::string& name, const NamespaceId& id) {
  try {
    return namespace_of(pid, name) == id;
  } catch (const base::SysError&) {
    return false;
  }
}

}  // namespace

std::map<std::string, KeptNamespace> own_namespaces_of(pid_t pid) {
  std::map<std::string, KeptNamespace> own;
  const auto ours = namespaces_of(getpid());
  for (const auto& [name, id] : namespaces_of(pid)) {
    if (ours.contains(name) && ours.at(name) == id) continue;
    own[name] = {.id = id, .fd = base::open_file("/proc/" + std::to_string(pid) + "/ns/" + name, O_RDONLY)};
  }
  return own;
}

std::vector<std::string> holders_of(const std::map<std::string, KeptNamespace>& namespaces) {
  std::vector<std::string> holders;
  for (const pid_t pid : all_processes()) {
    for (const auto& [name, kept] : namespaces) {
      if (is_in(pid, name, kept.id))
        holders.push_back("process " + std::to_string(pid) + " is in the " + name + " namespace");
    }
  }
  const auto mounts = mounts_of(getpid());
  for (const MountEntry& mount : mounts.value_or(std::vector<MountEntry>{})) {
    for (const auto& [name, kept] : namespaces) {
      if (mount.type == "nsfs" && mount.root == name + ":[" + std::to_string(kept.id.inode) + "]") {
        holders.push_back("the " + name + " namespace is bound to " + mount.point);
      }
    }
  }
  return holders;
}

}  // namespace runproof
