#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "reference_runtime/config/check.h"

namespace refrun {
namespace {

constexpr std::array<std::string_view, 11> kIpcNames{"kernel/msg_next_id", "kernel/msgmax", "kernel/msgmnb",
                                                     "kernel/msgmni",      "kernel/sem",    "kernel/sem_next_id",
                                                     "kernel/shm_next_id", "kernel/shmall", "kernel/shm_rmid_forced",
                                                     "kernel/shmmax",      "kernel/shmmni"};

/// The namespace that a kernel parameter belongs to; nullopt: it is the whole host's.
std::optional<NamespaceType> owner_of(std::string_view path) {
  if (path.starts_with("net/")) return NamespaceType::network;
  if (path.starts_with("fs/mqueue/")) return NamespaceType::ipc;
  if (path == "kernel/domainname" || path == "kernel/hostname") return NamespaceType::uts;
  if (path.starts_with("user/")) return NamespaceType::user;
  if (std::find(kIpcNames.begin(), kIpcNames.end(), path) != kIpcNames.end()) return NamespaceType::ipc;
  return std::nullopt;
}

/// Whether each part names a file: no empty one, no step upwards.
bool is_plain(std::string_view path) {
  const auto parts = base::split(path, '/');
  return !parts.empty() && std::none_of(parts.begin(), parts.end(), [](std::string_view part) {
    return part.empty() || part == "." || part == "..";
  });
}

}  // namespace

std::string sysctl_path(std::string_view written) {
  std::string path(written);
  const auto first = path.find_first_of("./");
  if (first != std::string::npos && path[first] == '.')
    for (char& c : path) c = c == '/' ? '.' : c == '.' ? '/' : c;
  return path;
}

// A parameter that no namespace of the container owns would be the host's.
void check_sysctl(const Config& config, Problems& problems) {
  for (const auto& [written, value] : config.linux_config.sysctl) {
    const std::string at = base::json_pointer("/linux/sysctl", written);
    const std::string path = sysctl_path(written);
    if (!is_plain(path)) {
      note(problems, at, "is no name of a kernel parameter");
      continue;
    }
    const auto owner = owner_of(path);
    if (!owner) {
      note(problems, at, "belongs to no namespace: it would change the host");
    } else if (config.linux_config.find(*owner) == nullptr) {
      note(problems, at, "needs a " + std::string(spec_name(*owner)) + " namespace");
    }
  }
}

}  // namespace refrun
