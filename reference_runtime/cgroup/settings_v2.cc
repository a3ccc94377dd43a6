#include "reference_runtime/cgroup/settings_v2.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "reference_runtime/cgroup/cgroup.h"

namespace refrun::v2 {
namespace {

[[noreturn]] void refuse(const char* member, const char* why) {
  throw CgroupError(fmt::format("linux.resources.{}: {} on cgroup v2", member, why));
}

std::string bytes_or_max(std::int64_t bytes) { return bytes < 0 ? "max" : std::to_string(bytes); }

/// v1 limits memory and swap together, v2 swap alone.
std::string swap_alone(const MemoryResources& memory) {
  if (*memory.swap < 0) return "max";
  if (!memory.limit || *memory.limit < 0) refuse("memory.swap", "needs a memory limit");
  if (*memory.swap < *memory.limit) refuse("memory.swap", "must not be less than the memory limit");
  return std::to_string(*memory.swap - *memory.limit);
}

void add_throttles(Settings& settings, const char* key, const std::vector<ThrottleDevice>& devices) {
  for (const ThrottleDevice& device : devices) {
    const std::string rate = device.rate == 0 ? "max" : std::to_string(device.rate);  // 0 is v1's "no limit"
    settings.push_back({"io", "io.max", fmt::format("{}:{} {}={}", device.major, device.minor, key, rate)});
  }
}

}  // namespace

std::uint64_t weight_of_shares(std::uint64_t shares) {
  constexpr std::uint64_t kLeast = 2;
  constexpr std::uint64_t kMost = 262144;
  return 1 + (std::clamp(shares, kLeast, kMost) - kLeast) * 9999 / (kMost - kLeast);
}

std::uint64_t io_weight_of(std::uint16_t weight) {
  constexpr std::uint64_t kLeast = 10;
  constexpr std::uint64_t kMost = 1000;
  return 1 + (std::clamp<std::uint64_t>(weight, kLeast, kMost) - kLeast) * 9999 / (kMost - kLeast);
}

Settings memory(const MemoryResources& memory) {
  if (memory.kernel.value_or(-1) != -1) refuse("memory.kernel", "has no counterpart");
  if (memory.kernel_tcp.value_or(-1) != -1) refuse("memory.kernelTCP", "has no counterpart");
  if (memory.swappiness) refuse("memory.swappiness", "has no counterpart");
  if (memory.disable_oom_killer.value_or(false)) refuse("memory.disableOOMKiller", "has no counterpart");
  if (!memory.use_hierarchy.value_or(true)) refuse("memory.useHierarchy", "false has no counterpart");

  Settings settings;
  if (memory.swap) {
    const std::string swap = swap_alone(memory);
    settings.push_back({"memory", "memory.swap.max", swap, /*optional=*/swap == "max" || swap == "0"});
  } else if (memory.limit == -1) {
    settings.push_back({"memory", "memory.swap.max", "max", /*optional=*/true});
  }
  if (memory.limit) settings.push_back({"memory", "memory.max", bytes_or_max(*memory.limit)});
  if (memory.reservation) settings.push_back({"memory", "memory.low", bytes_or_max(*memory.reservation)});
  return settings;
}

Settings cpu(const CpuResources& cpu) {
  if (cpu.realtime_runtime.value_or(0) != 0) refuse("cpu.realtimeRuntime", "has no counterpart");
  if (cpu.realtime_period.value_or(0) != 0) refuse("cpu.realtimePeriod", "has no counterpart");

  Settings settings;
  if (cpu.shares.value_or(0) != 0)
    settings.push_back({"cpu", "cpu.weight", std::to_string(weight_of_shares(*cpu.shares))});
  const bool has_period = cpu.period.value_or(0) != 0;
  if (cpu.quota.value_or(0) != 0 || has_period) {
    // Alone, the quota leaves the period as it is. Alone, a period means no quota: what a new group has.
    const std::string quota = cpu.quota.value_or(-1) > 0 ? std::to_string(*cpu.quota) : "max";
    settings.push_back({"cpu", "cpu.max", has_period ? fmt::format("{} {}", quota, *cpu.period) : quota});
  }
  if (cpu.burst) settings.push_back({"cpu", "cpu.max.burst", std::to_string(*cpu.burst)});
  if (cpu.idle) settings.push_back({"cpu", "cpu.idle", std::to_string(*cpu.idle)});
  if (!cpu.cpus.empty()) settings.push_back({"cpuset", "cpuset.cpus", cpu.cpus});
  if (!cpu.mems.empty()) settings.push_back({"cpuset", "cpuset.mems", cpu.mems});
  return settings;
}

Settings block_io(const BlockIoResources& block_io, bool bfq) {
  if (block_io.leaf_weight.value_or(0) != 0) refuse("blockIO.leafWeight", "has no counterpart");
  const char* file = bfq ? "io.bfq.weight" : "io.weight";
  const auto converted = [&](std::uint16_t weight) { return bfq ? std::uint64_t{weight} : io_weight_of(weight); };
  Settings settings;
  if (block_io.weight.value_or(0) != 0)
    settings.push_back({"io", file, fmt::format("default {}", converted(*block_io.weight))});
  for (const WeightDevice& device : block_io.weight_device) {
    if (device.leaf_weight.value_or(0) != 0) refuse("blockIO.weightDevice.leafWeight", "has no counterpart");
    if (device.weight.value_or(0) != 0)
      settings.push_back({"io", file, fmt::format("{}:{} {}", device.major, device.minor, converted(*device.weight))});
  }
  add_throttles(settings, "rbps", block_io.throttle_read_bps);
  add_throttles(settings, "wbps", block_io.throttle_write_bps);
  add_throttles(settings, "riops", block_io.throttle_read_iops);
  add_throttles(settings, "wiops", block_io.throttle_write_iops);
  return settings;
}

Settings hugepages(const std::vector<HugepageLimit>& limits) {
  Settings settings;
  for (const HugepageLimit& limit : limits) {
    const std::string file = "hugetlb." + limit.page_size;
    settings.push_back({"hugetlb", file + ".max", std::to_string(limit.limit)});
    settings.push_back({"hugetlb", file + ".rsvd.max", std::to_string(limit.limit), /*optional=*/true});
  }
  return settings;
}

Settings network(const NetworkResources& /*network*/) {
  throw CgroupError("linux.resources.network: net_cls and net_prio are not mounted, and cgroup v2 has no counterpart");
}

Settings unified(const std::map<std::string, std::string>& files) {
  Settings settings;
  for (const auto& [file, value] : files) {
    const std::string controller = file.substr(0, file.find('.'));
    if (value.empty()) settings.push_back({controller, file, value});
    for (const std::string_view line : base::split(value, '\n'))
      if (!line.empty()) settings.push_back({controller, file, std::string(line)});
  }
  return settings;
}

}  // namespace refrun::v2
