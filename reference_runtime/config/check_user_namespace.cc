#include <algorithm>

#include "reference_runtime/config/check.h"

namespace refrun {
namespace {

constexpr std::uint64_t kIds = 1ULL << 32;
constexpr std::size_t kMostEntries = 340;  // user_namespaces(7), since Linux 4.15

bool overlap(std::uint64_t first, std::uint64_t first_size, std::uint64_t second, std::uint64_t second_size) {
  return first < second + second_size && second < first + first_size;
}

// user_namespaces(7): what the kernel would refuse with EINVAL when the map is written.
void check_ranges(const std::vector<IdMapping>& mappings, const std::string& at, Problems& problems) {
  if (mappings.size() > kMostEntries) note(problems, at, "must not have more than 340 entries");
  for (std::size_t i = 0; i < mappings.size(); ++i) {
    const IdMapping& one = mappings[i];
    const std::string here = base::json_pointer(at, i);
    if (one.size == 0) note(problems, here + "/size", "must not be 0");
    if (std::uint64_t{one.container_id} + one.size > kIds || std::uint64_t{one.host_id} + one.size > kIds)
      note(problems, here, "goes beyond the highest id");
    for (std::size_t k = 0; k < i; ++k) {
      const IdMapping& other = mappings[k];
      if (overlap(one.container_id, one.size, other.container_id, other.size) ||
          overlap(one.host_id, one.size, other.host_id, other.size))
        note(problems, here, "overlaps an earlier entry");
    }
  }
}

bool is_mapped(std::uint32_t id, const std::vector<IdMapping>& mappings) {
  return std::any_of(mappings.begin(), mappings.end(), [&](const IdMapping& mapping) {
    return id >= mapping.container_id && id < std::uint64_t{mapping.container_id} + mapping.size;
  });
}

// An id without a mapping cannot be taken on inside the namespace.
void check_user_is_mapped(const Config& config, Problems& problems) {
  const Linux& linux_config = config.linux_config;
  if (!config.process) return;
  const User& user = config.process->user;
  if (!is_mapped(user.uid, linux_config.uid_mappings))
    note(problems, "/process/user/uid", "is not in /linux/uidMappings");
  if (!is_mapped(user.gid, linux_config.gid_mappings))
    note(problems, "/process/user/gid", "is not in /linux/gidMappings");
  for (std::size_t i = 0; i < user.additional_gids.size(); ++i)
    if (!is_mapped(user.additional_gids[i], linux_config.gid_mappings))
      note(problems, base::json_pointer("/process/user/additionalGids", i), "is not in /linux/gidMappings");
}

void check_mappings_fit_namespace(const Config& config, Problems& problems) {
  const Linux& linux_config = config.linux_config;
  const bool joins_or_creates = linux_config.find(NamespaceType::user) != nullptr;
  if (!joins_or_creates && !linux_config.uid_mappings.empty())
    note(problems, "/linux/uidMappings", "needs a user namespace");
  if (!joins_or_creates && !linux_config.gid_mappings.empty())
    note(problems, "/linux/gidMappings", "needs a user namespace");
  if (!linux_config.creates(NamespaceType::user)) return;
  if (linux_config.uid_mappings.empty()) note(problems, "/linux/uidMappings", "is required for a new user namespace");
  if (linux_config.gid_mappings.empty()) note(problems, "/linux/gidMappings", "is required for a new user namespace");
  if (!linux_config.uid_mappings.empty() && !linux_config.gid_mappings.empty()) check_user_is_mapped(config, problems);
}

}  // namespace

void check_user_namespace(const Config& config, Problems& problems) {
  check_mappings_fit_namespace(config, problems);
  check_ranges(config.linux_config.uid_mappings, "/linux/uidMappings", problems);
  check_ranges(config.linux_config.gid_mappings, "/linux/gidMappings", problems);
  for (std::size_t i = 0; i < config.mounts.size(); ++i) {
    const std::string at = base::json_pointer("/mounts", i);
    check_ranges(config.mounts[i].uid_mappings, at + "/uidMappings", problems);
    check_ranges(config.mounts[i].gid_mappings, at + "/gidMappings", problems);
  }
}

}  // namespace refrun
