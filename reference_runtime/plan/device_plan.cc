#include "reference_runtime/plan/device_plan.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>

#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

constexpr mode_t kDefaultMode = 0666;

struct DefaultDevice {
  const char* path;
  unsigned major;
  unsigned minor;
};
constexpr DefaultDevice kDefaults[] = {{"dev/null", 1, 3},   {"dev/zero", 1, 5},    {"dev/full", 1, 7},
                                       {"dev/random", 1, 8}, {"dev/urandom", 1, 9}, {"dev/tty", 5, 0}};

mode_t type_bits(char type) {
  switch (type) {
    case 'b':
      return S_IFBLK;
    case 'p':
      return S_IFIFO;
    default:
      return S_IFCHR;
  }
}

DeviceNode node_of(const Device& device) {
  DeviceNode node;
  node.path = device.path.substr(device.path.find_first_not_of('/'));
  node.mode = type_bits(device.type) |
              (fault("device_mode_dropped") ? kDefaultMode : device.file_mode.value_or(kDefaultMode) & 07777);
  node.number =
      device.type == 'p' ? 0 : makedev(static_cast<unsigned>(device.major), static_cast<unsigned>(device.minor));
  if (!fault("device_owner_dropped")) {
    node.uid = device.uid.value_or(0);
    node.gid = device.gid.value_or(0);
  }
  return node;
}

/// With the host's /dev bound there, its nodes are not ours to make.
bool dev_is_bound(const Config& config) {
  return std::any_of(config.mounts.begin(), config.mounts.end(),
                     [](const Mount& m) { return m.destination == "/dev" && m.options.is_bind(); });
}

}  // namespace

void plan_devices(const Config& config, bool may_make, InitPlan& plan) {
  plan.bind_devices = !may_make || config.linux_config.find(NamespaceType::user) != nullptr;
  plan.dev_is_bound = dev_is_bound(config);
  std::vector<DeviceNode> configured;
  if (!fault("configured_devices_missing")) {
    for (const Device& device : config.linux_config.devices) configured.push_back(node_of(device));
  }
  if (!plan.dev_is_bound && !fault("default_devices_missing")) {
    for (const DefaultDevice& device : kDefaults) {
      const bool overridden = std::any_of(configured.begin(), configured.end(),
                                          [&](const DeviceNode& node) { return node.path == device.path; });
      if (overridden) continue;
      DeviceNode node;
      node.path = device.path;
      node.mode = S_IFCHR | kDefaultMode;
      node.number = makedev(device.major, device.minor);
      node.is_default = true;
      plan.devices.push_back(std::move(node));
    }
  }
  std::move(configured.begin(), configured.end(), std::back_inserter(plan.devices));
}

}  // namespace refrun
