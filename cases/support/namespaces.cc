#include "cases/support/namespaces.h"

#include <unistd.h>

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

std::map<std::string, NamespaceId> own_namespaces_of(pid_t pid) {
  auto found = namespaces_of(pid);
  const auto ours = namespaces_of(getpid());
  std::erase_if(
      found, [&ours](const auto& entry) { return ours.contains(entry.first) && ours.at(entry.first) == entry.second; });
  return found;
}

std::vector<std::string> holders_of(const std::map<std::string, NamespaceId>& namespaces) {
  std::vector<std::string> holders;
  for (const pid_t pid : all_processes()) {
    for (const auto& [name, id] : namespaces) {
      if (is_in(pid, name, id))
        holders.push_back("process " + std::to_string(pid) + " is in the " + name + " namespace");
    }
  }
  const auto mounts = mounts_of(getpid());
  for (const MountEntry& mount : mounts.value_or(std::vector<MountEntry>{})) {
    for (const auto& [name, id] : namespaces) {
      if (mount.type == "nsfs" && mount.root == name + ":[" + std::to_string(id.inode) + "]") {
        holders.push_back("the " + name + " namespace is bound to " + mount.point);
      }
    }
  }
  return holders;
}

}  // namespace runproof
