#include "reference_runtime/plan/cgroup_owner.h"

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

bool mounts_cgroup_writable(const Config& config) {
  return std::any_of(config.mounts.begin(), config.mounts.end(), [](const Mount& mount) {
    const auto& options = mount.option_strings;
    return mount.source == "cgroup" && mount.destination == "/sys/fs/cgroup" &&
           std::find(options.begin(), options.end(), "ro") == options.end();
  });
}

/// Nothing where the user namespace is another's, whose mapping config.json does not have.
std::optional<uid_t> on_host(const Linux& config, uid_t uid) {
  if (config.find(NamespaceType::user) == nullptr) return uid;
  for (const IdMapping& mapping : config.uid_mappings) {
    if (uid >= mapping.container_id && uid - mapping.container_id < mapping.size)
      return mapping.host_id + (uid - mapping.container_id);
  }
  return std::nullopt;
}

std::vector<std::string> delegated_files() {
  const auto listed = base::read_file_if_there("/sys/kernel/cgroup/delegate");
  std::vector<std::string> files;
  if (!listed && fault("delegation_without_list_dropped")) return files;
  const std::string names = listed.value_or("cgroup.procs\ncgroup.subtree_control\ncgroup.threads\n");
  for (const std::string_view name : base::words(names)) files.emplace_back(name);
  if (fault("delegation_of_limits")) files.emplace_back("cgroup.max.depth");
  return files;
}

}  // namespace

std::optional<Delegation> delegation_of(const Config& config) {
  if (!config.process || fault("delegation_dropped")) return std::nullopt;
  const bool wanted = config.linux_config.creates(NamespaceType::cgroup) && mounts_cgroup_writable(config);
  if (!wanted && !fault("delegation_always")) return std::nullopt;
  const auto owner = on_host(config.linux_config, config.process->user.uid);
  if (!owner) return std::nullopt;
  return Delegation{.owner = *owner, .files = delegated_files()};
}

}  // namespace refrun
