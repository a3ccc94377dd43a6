#include <set>
#include <tuple>

#include "base/text.h"
#include "reference_runtime/config/check.h"
#include "reference_runtime/config/words.h"

namespace refrun {
namespace {

void check_time_offsets(const Config& config, Problems& problems) {
  if (!config.linux_config.time_offsets.empty() && !config.linux_config.creates(NamespaceType::time))
    note(problems, "/linux/timeOffsets", "needs a new time namespace");
}

// config-linux.md#devices
void check_devices(const Config& config, Problems& problems) {
  std::set<std::tuple<char, std::int64_t, std::int64_t>> seen;
  for (std::size_t i = 0; i < config.linux_config.devices.size(); ++i) {
    const Device& device = config.linux_config.devices[i];
    const std::string at = base::json_pointer("/linux/devices", i);
    require_absolute(device.path, at + "/path", problems);
    if (device.major < 0) note(problems, at + "/major", "must not be negative");
    if (device.minor < 0) note(problems, at + "/minor", "must not be negative");
    if (device.type != 'p' && !seen.emplace(device.type, device.major, device.minor).second)
      warn(problems, at, "the same type, major and minor should not be used twice");
  }
}

/// What the kernel takes as the name of an interface: dev_valid_name().
bool is_interface_name(std::string_view name) {
  constexpr std::size_t kLongest = 15;
  return !name.empty() && name.size() <= kLongest && name != "." && name != ".." &&
         name.find_first_of("/: \t\n\v\f\r") == std::string_view::npos;
}

// config-linux.md#network-devices: "%d" asks the kernel for a number.
void check_net_devices(const Config& config, Problems& problems) {
  std::set<std::string> names;
  for (const NetDevice& device : config.linux_config.net_devices) {
    const std::string at = base::json_pointer("/linux/netDevices", device.host_name);
    const bool is_template = device.container_name.ends_with("%d");
    const auto plain =
        std::string_view(device.container_name).substr(0, device.container_name.size() - (is_template ? 2 : 0));
    if (!is_interface_name(device.host_name)) note(problems, at, "is no name of a network interface");
    const bool valid = is_interface_name(device.container_name) && plain.find('%') == std::string_view::npos;
    if (!valid) note(problems, at + "/name", "must be a name of a network interface, or one that ends in %d");
    if (valid && !is_template && !names.insert(device.container_name).second)
      note(problems, at + "/name", "is given to two devices");
  }
  if (!names.empty() && config.linux_config.find(NamespaceType::network) == nullptr)
    note(problems, "/linux/netDevices", "needs a network namespace");
}

// config-linux.md#cgroups-path lets the runtime refuse some: one that climbs out of the hierarchy is.
void check_cgroups_path(const Config& config, Problems& problems) {
  if (!config.linux_config.cgroups_path) return;
  for (const std::string_view part : base::split(*config.linux_config.cgroups_path, '/'))
    if (part == "..") note(problems, "/linux/cgroupsPath", "must not contain \"..\"");
}

void check_path_list(const std::vector<std::string>& paths, const std::string& at, Problems& problems) {
  for (std::size_t i = 0; i < paths.size(); ++i) require_absolute(paths[i], base::json_pointer(at, i), problems);
}

// config-linux.md#intelrdt
void check_intel_rdt(const Config& config, Problems& problems) {
  if (!config.linux_config.intel_rdt) return;
  const IntelRdt& rdt = *config.linux_config.intel_rdt;
  if (rdt.clos_id != "/" && (rdt.clos_id.find('/') != std::string::npos || rdt.clos_id == "." || rdt.clos_id == ".."))
    note(problems, "/linux/intelRdt/closID", "must be \"/\" or the name of a directory");
  for (std::size_t i = 0; i < rdt.schemata.size(); ++i)
    if (rdt.schemata[i].find('\n') != std::string::npos)
      note(problems, base::json_pointer("/linux/intelRdt/schemata", i), "must not contain newlines");
  if (!rdt.l3_cache_schema.empty() && !rdt.l3_cache_schema.starts_with("L3:"))
    warn(problems, "/linux/intelRdt/l3CacheSchema", "should start with \"L3:\"");
  if (rdt.l3_cache_schema.find('\n') != std::string::npos)
    warn(problems, "/linux/intelRdt/l3CacheSchema", "should not contain newlines");
  if (!rdt.mem_bw_schema.empty() && !rdt.mem_bw_schema.starts_with("MB:"))
    note(problems, "/linux/intelRdt/memBwSchema", "must start with \"MB:\"");
  if (rdt.mem_bw_schema.find('\n') != std::string::npos)
    note(problems, "/linux/intelRdt/memBwSchema", "must not contain newlines");
}

// set_mempolicy(2)
void check_memory_policy(const Config& config, Problems& problems) {
  if (!config.linux_config.memory_policy || is_noted(problems, "/linux/memoryPolicy/mode")) return;
  const MemoryPolicy& policy = *config.linux_config.memory_policy;
  const auto mode = kMemoryPolicyModes.name(policy.mode).value_or("");
  const bool local = mode == "MPOL_DEFAULT" || mode == "MPOL_LOCAL";
  const bool preferred = mode == "MPOL_PREFERRED";
  const int both = *kMemoryPolicyFlags.find("MPOL_F_STATIC_NODES") | *kMemoryPolicyFlags.find("MPOL_F_RELATIVE_NODES");
  const std::string at = "/linux/memoryPolicy";
  if (local && !policy.nodes.empty()) note(problems, at + "/nodes", "must be empty with " + std::string(mode));
  if (local && policy.flags != 0) note(problems, at + "/flags", "must be empty with " + std::string(mode));
  if (!local && !preferred && policy.nodes.empty())
    note(problems, at + "/nodes", "is required with " + std::string(mode));
  if ((policy.flags & both) == both)
    note(problems, at + "/flags", "MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other");
}

}  // namespace

void check_linux(const Config& config, Problems& problems) {
  check_time_offsets(config, problems);
  check_devices(config, problems);
  check_net_devices(config, problems);
  check_cgroups_path(config, problems);
  check_path_list(config.linux_config.masked_paths, "/linux/maskedPaths", problems);
  check_path_list(config.linux_config.readonly_paths, "/linux/readonlyPaths", problems);
  check_intel_rdt(config, problems);
  check_memory_policy(config, problems);
}

}  // namespace refrun
