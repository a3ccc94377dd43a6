#include <algorithm>

#include "reference_runtime/config/cpu_list.h"
#include "reference_runtime/config/read.h"
#include "reference_runtime/config/words.h"

namespace refrun {
namespace {

std::vector<Namespace> read_namespaces(const Node& node) {
  std::vector<Namespace> namespaces;
  node.each_object("namespaces", [&](const Node& entry) {
    const auto type = entry.word("type", kNamespaceTypes, Presence::required);
    const auto path = entry.text("path").value_or("");
    if (!path.empty() && path.front() != '/') entry.member("path")->problem("must be an absolute path");
    if (!type) return;
    const bool twice =
        std::any_of(namespaces.begin(), namespaces.end(), [&](const Namespace& n) { return n.type == *type; });
    if (twice) entry.problem("is the second " + std::string(spec_name(*type)) + " namespace");
    namespaces.push_back({.type = *type, .path = path});
  });
  return namespaces;
}

std::map<std::string, TimeOffset> read_time_offsets(const Node& node) {
  constexpr std::uint32_t kSecond = 1'000'000'000;
  std::map<std::string, TimeOffset> offsets;
  node.each_member("timeOffsets", [&](const std::string& clock, const Node& entry) {
    if (clock != "monotonic" && clock != "boottime") entry.problem("is neither monotonic nor boottime");
    const TimeOffset offset{.secs = entry.integer<std::int64_t>("secs").value_or(0),
                            .nanosecs = entry.integer<std::uint32_t>("nanosecs").value_or(0)};
    if (offset.nanosecs >= kSecond) entry.member("nanosecs")->problem("must be less than a second");
    offsets.emplace(clock, offset);
  });
  return offsets;
}

// Some callers leave the file type in the mode; the permissions are what counts.
std::optional<mode_t> read_file_mode(const Node& device) {
  constexpr mode_t kTypeBits = 0170000;
  constexpr mode_t kPermissions = 0777;
  const auto mode = device.integer<mode_t>("fileMode");
  if (!mode) return std::nullopt;
  if ((*mode & ~(kPermissions | kTypeBits)) != 0) device.member("fileMode")->problem("must be from 0 to 511 (0777)");
  return *mode & kPermissions;
}

Device read_device(const Node& node) {
  Device device;
  const auto type = node.word("type", kDeviceTypes, Presence::required);
  device.type = type.value_or('c');
  device.path = node.text("path", Presence::required).value_or("");
  const Presence numbers = type && *type != 'p' ? Presence::required : Presence::optional;
  device.major = node.integer<std::int64_t>("major", numbers).value_or(0);
  device.minor = node.integer<std::int64_t>("minor", numbers).value_or(0);
  device.file_mode = read_file_mode(node);
  device.uid = node.integer<uid_t>("uid");
  device.gid = node.integer<gid_t>("gid");
  return device;
}

std::vector<Device> read_devices(const Node& node) {
  std::vector<Device> devices;
  node.each_element(
      "devices", [&](const Node& entry) { devices.push_back(entry.expect_object() ? read_device(entry) : Device()); });
  return devices;
}

std::vector<NetDevice> read_net_devices(const Node& node) {
  std::vector<NetDevice> devices;
  node.each_member("netDevices", [&](const std::string& name, const Node& entry) {
    const auto inside = entry.text("name").value_or("");
    devices.push_back({.host_name = name, .container_name = inside.empty() ? name : inside});
  });
  return devices;
}

std::optional<IntelRdt> read_intel_rdt(const Node& linux_node) {
  const auto node = linux_node.object("intelRdt");
  if (!node) return std::nullopt;
  return IntelRdt{.clos_id = node->text("closID").value_or(""),
                  .schemata = node->texts("schemata"),
                  .l3_cache_schema = node->text("l3CacheSchema").value_or(""),
                  .mem_bw_schema = node->text("memBwSchema").value_or(""),
                  .enable_monitoring = node->boolean("enableMonitoring").value_or(false)};
}

std::optional<MemoryPolicy> read_memory_policy(const Node& linux_node) {
  const auto node = linux_node.object("memoryPolicy");
  if (!node) return std::nullopt;
  MemoryPolicy policy;
  policy.mode = node->word("mode", kMemoryPolicyModes, Presence::required).value_or(0);
  node->each_element("flags", [&](const Node& flag) { policy.flags |= flag.as_word(kMemoryPolicyFlags).value_or(0); });
  const auto nodes = node->text("nodes").value_or("");
  if (nodes.empty()) return policy;
  const auto numbers = parse_number_list(nodes);
  if (!numbers) node->member("nodes")->problem("must be a list of memory nodes such as \"0-3,7\"");
  policy.nodes = numbers.value_or(std::vector<unsigned>());
  return policy;
}

std::optional<unsigned long> read_personality(const Node& linux_node) {
  const auto node = linux_node.object("personality");
  if (!node) return std::nullopt;
  node->each_element("flags", [](const Node& flag) { flag.problem("no personality flag is supported"); });
  return node->word("domain", kPersonalityDomains, Presence::required);
}

}  // namespace

Linux read_linux(const Node& node) {
  Linux config;
  config.namespaces = read_namespaces(node);
  config.uid_mappings = read_id_mappings(node, "uidMappings");
  config.gid_mappings = read_id_mappings(node, "gidMappings");
  config.time_offsets = read_time_offsets(node);
  config.devices = read_devices(node);
  config.net_devices = read_net_devices(node);
  config.cgroups_path = node.text("cgroupsPath");
  if (const auto resources = node.object("resources")) config.resources = read_resources(*resources);
  config.rootfs_propagation = node.word("rootfsPropagation", kRootfsPropagations).value_or(RootfsPropagation::unset);
  if (const auto seccomp = node.object("seccomp")) config.seccomp = read_seccomp(*seccomp);
  config.sysctl = node.text_map("sysctl");
  config.masked_paths = node.texts("maskedPaths");
  config.readonly_paths = node.texts("readonlyPaths");
  config.mount_label = node.text("mountLabel").value_or("");
  config.intel_rdt = read_intel_rdt(node);
  config.memory_policy = read_memory_policy(node);
  config.personality = read_personality(node);
  return config;
}

}  // namespace refrun
