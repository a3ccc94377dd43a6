#pragma once

#include <linux/bpf.h>

#include <string>
#include <utility>
#include <vector>

#include "base/unique_fd.h"
#include "reference_runtime/cgroup/place.h"
#include "reference_runtime/config/resources_config.h"

namespace refrun {

// config-linux.md#allowed-device-list, by the files of the v1 controller or by an eBPF program on the unified
// hierarchy.

/// The rules to apply: as listed, and after each one that denies everything the default devices
/// (config-linux.md#default-devices) and pseudo-terminals allowed again, as the runtime must supply them. A later rule
/// may still deny one of these.
[[nodiscard]] std::vector<DeviceRule> with_default_devices(const std::vector<DeviceRule>& rules);

/// What to write where on v1: {"devices.deny", "a"}, {"devices.allow", "c 1:3 rw"}.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> device_lines(const std::vector<DeviceRule>& rules);

/// The same as a program of type BPF_PROG_TYPE_CGROUP_DEVICE. For each kind of access the last rule that matches
/// decides; without one it is allowed.
[[nodiscard]] std::vector<bpf_insn> device_program(const std::vector<DeviceRule>& rules);

/// Applies the rules in place of those applied before. Throws CgroupError or base::SysError.
void restrict_devices(const CgroupPlace& place, const std::vector<DeviceRule>& rules);

/// Loads `program` and attaches it to the cgroup in place of what is attached there. Needs CAP_BPF and CAP_NET_ADMIN.
/// Throws base::SysError.
void attach_device_program(const std::string& directory, const std::vector<bpf_insn>& program);

}  // namespace refrun
