#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "reference_runtime/config/check.h"

namespace refrun {
namespace {

constexpr std::array<std::string_view, 8> kIpcNames{"kernel.msgmax", "kernel.msgmnb", "kernel.msgmni",
                                                    "kernel.sem",    "kernel.shmall", "kernel.shm_rmid_forced",
                                                    "kernel.shmmax", "kernel.shmmni"};

/// The namespace that a kernel parameter belongs to; nullopt: it is the whole host's.
std::optional<NamespaceType> owner_of(std::string_view name) {
  if (name.starts_with("net.")) return NamespaceType::network;
  if (name.starts_with("fs.mqueue.")) return NamespaceType::ipc;
  if (name == "kernel.domainname" || name == "kernel.hostname") return NamespaceType::uts;
  if (name.starts_with("user.")) return NamespaceType::user;
  if (name.starts_with("kernel.msg_next_id") || name.starts_with("kernel.sem_next_id") ||
      name.starts_with("kernel.shm_next_id"))
    return NamespaceType::ipc;
  if (std::find(kIpcNames.begin(), kIpcNames.end(), name) != kIpcNames.end()) return NamespaceType::ipc;
  return std::nullopt;
}

/// sysctl(8) takes "net/ipv4/conf/eth0.1/x" too: the separator that comes first is the one that is meant.
std::string dotted(std::string name) {
  const auto first = name.find_first_of("./");
  if (first != std::string::npos && name[first] == '/')
    for (char& c : name) c = c == '/' ? '.' : c == '.' ? '/' : c;
  return name;
}

bool climbs(std::string_view name) {
  const auto parts = base::split(name, '.');
  return name.empty() || std::any_of(parts.begin(), parts.end(), [](std::string_view part) { return part.empty(); });
}

}  // namespace

// A parameter that no namespace of the container owns would be the host's.
void check_sysctl(const Config& config, Problems& problems) {
  for (const auto& [written, value] : config.linux_config.sysctl) {
    const std::string at = base::json_pointer("/linux/sysctl", written);
    const std::string name = dotted(written);
    if (climbs(name)) {
      note(problems, at, "is no name of a kernel parameter");
      continue;
    }
    const auto owner = owner_of(name);
    if (!owner) {
      note(problems, at, "belongs to no namespace: it would change the host");
    } else if (config.linux_config.find(*owner) == nullptr) {
      note(problems, at, "needs a " + std::string(spec_name(*owner)) + " namespace");
    }
  }
}

}  // namespace refrun
