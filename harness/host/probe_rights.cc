#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/capability_names.h"
#include "base/file.h"
#include "base/text.h"
#include "harness/host/probe.h"
#include "harness/observe/namespaces.h"
#include "harness/observe/process.h"

namespace runproof {
namespace {

std::set<std::string> active_lsms() {
  std::set<std::string> lsms;
  const std::string listed = base::read_file_if_there("/sys/kernel/security/lsm").value_or("");
  for (const std::string_view name : base::split(base::trim(listed), ',')) lsms.emplace(name);
  // Where securityfs is not mounted, each has to be asked for in its own way.
  if (base::read_file_if_there("/sys/module/apparmor/parameters/enabled").value_or("").starts_with("Y"))
    lsms.insert("apparmor");
  if (std::filesystem::exists("/sys/fs/selinux/enforce")) lsms.insert("selinux");
  constexpr unsigned kVersion = 1;  // LANDLOCK_CREATE_RULESET_VERSION
  if (::syscall(SYS_landlock_create_ruleset, nullptr, 0, kVersion) > 0) lsms.insert("landlock");
  return lsms;
}

}  // namespace

std::set<std::string> capability_names(std::uint64_t mask) {
  std::set<std::string> names;
  for (std::size_t number = 0; number < base::kCapabilityNames.size(); ++number)
    if (mask >> number & 1) names.emplace(base::kCapabilityNames[number]);
  return names;
}

void probe_rights(Facts& facts) {
  const IdMapLine everything{.inside = 0, .outside = 0, .count = 4294967295U};
  const auto map = id_map_of(::getpid(), "uid_map");
  facts.initial_user_namespace = map && map->size() == 1 && map->front() == everything;
  facts.root = ::geteuid() == 0 && facts.initial_user_namespace;
  if (const auto status = proc_status(::getpid())) facts.capabilities = capability_names(status->cap_effective);
  facts.lsms = active_lsms();
  // With no program to look at, a kernel that has filters says EFAULT.
  facts.seccomp = ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, nullptr) != 0 && errno == EFAULT;
  const std::string actions = base::read_file_if_there("/proc/sys/kernel/seccomp/actions_avail").value_or("");
  for (const std::string_view action : base::words(actions)) facts.seccomp_actions.emplace(action);
}

}  // namespace runproof
