#include "reference_runtime/config/check.h"

namespace refrun {
namespace {

// config.md#mounts: relative to "/", but deprecated.
void check_destination(const Mount& mount, const std::string& at, Problems& problems) {
  if (mount.destination.empty()) return note(problems, at + "/destination", "must not be empty");
  if (mount.destination.front() != '/')
    warn(problems, at + "/destination", "is relative, which is deprecated; it is taken as relative to \"/\"");
}

void check_source(const Mount& mount, const std::string& at, Problems& problems) {
  if (mount.options.is_bind() && mount.source.empty()) note(problems, at + "/source", "is required for a bind mount");
}

// config.md#posix-platform-mounts
void check_mappings(const Mount& mount, const std::string& at, bool user_namespace, Problems& problems) {
  if (mount.uid_mappings.empty() != mount.gid_mappings.empty())
    return note(problems, at, "uidMappings and gidMappings must be given together");
  const bool mapped = !mount.uid_mappings.empty();
  if (mount.options.idmap != Idmap::none && !mapped && !user_namespace)
    note(problems, at + "/options", "idmap needs uidMappings and gidMappings, or a user namespace");
  if (mapped && mount.options.idmap == Idmap::none)
    warn(problems, at + "/options", "should have idmap or ridmap with the mappings; idmap is assumed");
}

}  // namespace

void check_mounts(const Config& config, Problems& problems) {
  const bool user_namespace = config.linux_config.find(NamespaceType::user) != nullptr;
  for (std::size_t i = 0; i < config.mounts.size(); ++i) {
    const std::string at = base::json_pointer("/mounts", i);
    check_destination(config.mounts[i], at, problems);
    check_source(config.mounts[i], at, problems);
    check_mappings(config.mounts[i], at, user_namespace, problems);
  }
}

}  // namespace refrun
