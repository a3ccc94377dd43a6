#include "reference_runtime/cgroup/settings_v1.h"

#include <fmt/format.h>

namespace refrun::v1 {
namespace {

template <typename T>
void add(Settings& settings, const char* controller, const char* file, const std::optional<T>& value) {
  if (value) settings.push_back({controller, file, fmt::format("{}", *value)});
}

void add_throttles(Settings& settings, const char* file, const std::vector<ThrottleDevice>& devices) {
  for (const ThrottleDevice& device : devices)
    settings.push_back({"blkio", file, fmt::format("{}:{} {}", device.major, device.minor, device.rate)});
}

}  // namespace

Settings memory(const MemoryResources& memory) {
  // Unlimited memory under a limit of memory and swap together is impossible: the latter goes too.
  const bool unlimited = memory.limit == -1 && !memory.swap;
  const std::optional<std::int64_t> swap = unlimited ? memory.limit : memory.swap;

  Settings settings;
  add(settings, "memory", "memory.limit_in_bytes", memory.limit);
  add(settings, "memory", "memory.memsw.limit_in_bytes", swap);
  if (unlimited) settings.back().optional = true;
  add(settings, "memory", "memory.soft_limit_in_bytes", memory.reservation);
  // config-linux.md#memory: not recommended, and since Linux 5.16 without effect.
  if (memory.kernel)
    settings.push_back({"memory", "memory.kmem.limit_in_bytes", std::to_string(*memory.kernel), /*optional=*/true});
  add(settings, "memory", "memory.kmem.tcp.limit_in_bytes", memory.kernel_tcp);
  add(settings, "memory", "memory.swappiness", memory.swappiness);
  if (memory.use_hierarchy) settings.push_back({"memory", "memory.use_hierarchy", *memory.use_hierarchy ? "1" : "0"});
  if (memory.disable_oom_killer)
    settings.push_back({"memory", "memory.oom_control", *memory.disable_oom_killer ? "1" : "0"});
  return settings;
}

Settings cpu(const CpuResources& cpu) {
  Settings settings;
  if (cpu.shares.value_or(0) != 0) add(settings, "cpu", "cpu.shares", cpu.shares);
  if (cpu.period.value_or(0) != 0) add(settings, "cpu", "cpu.cfs_period_us", cpu.period);
  if (cpu.quota.value_or(0) != 0) add(settings, "cpu", "cpu.cfs_quota_us", cpu.quota);
  add(settings, "cpu", "cpu.cfs_burst_us", cpu.burst);
  if (cpu.realtime_period.value_or(0) != 0) add(settings, "cpu", "cpu.rt_period_us", cpu.realtime_period);
  if (cpu.realtime_runtime.value_or(0) != 0) add(settings, "cpu", "cpu.rt_runtime_us", cpu.realtime_runtime);
  add(settings, "cpu", "cpu.idle", cpu.idle);  // an idle group takes no shares: after them
  if (!cpu.cpus.empty()) settings.push_back({"cpuset", "cpuset.cpus", cpu.cpus});
  if (!cpu.mems.empty()) settings.push_back({"cpuset", "cpuset.mems", cpu.mems});
  return settings;
}

Settings pids(std::int64_t limit) { return {{"pids", "pids.max", limit < 0 ? "max" : std::to_string(limit)}}; }

Settings block_io(const BlockIoResources& block_io, bool bfq) {
  const char* weight_file = bfq ? "blkio.bfq.weight" : "blkio.weight";
  const char* device_file = bfq ? "blkio.bfq.weight_device" : "blkio.weight_device";
  Settings settings;
  if (block_io.weight.value_or(0) != 0) add(settings, "blkio", weight_file, block_io.weight);
  if (block_io.leaf_weight.value_or(0) != 0) add(settings, "blkio", "blkio.leaf_weight", block_io.leaf_weight);
  for (const WeightDevice& device : block_io.weight_device) {
    const std::string number = fmt::format("{}:{} ", device.major, device.minor);
    if (device.weight) settings.push_back({"blkio", device_file, number + std::to_string(*device.weight)});
    if (device.leaf_weight)
      settings.push_back({"blkio", "blkio.leaf_weight_device", number + std::to_string(*device.leaf_weight)});
  }
  add_throttles(settings, "blkio.throttle.read_bps_device", block_io.throttle_read_bps);
  add_throttles(settings, "blkio.throttle.write_bps_device", block_io.throttle_write_bps);
  add_throttles(settings, "blkio.throttle.read_iops_device", block_io.throttle_read_iops);
  add_throttles(settings, "blkio.throttle.write_iops_device", block_io.throttle_write_iops);
  return settings;
}

Settings hugepages(const std::vector<HugepageLimit>& limits) {
  Settings settings;
  for (const HugepageLimit& limit : limits) {
    const std::string file = "hugetlb." + limit.page_size;
    settings.push_back({"hugetlb", file + ".limit_in_bytes", std::to_string(limit.limit)});
    // config-linux.md#huge-page-limits: reservations, where the kernel (5.7) accounts for them.
    settings.push_back({"hugetlb", file + ".rsvd.limit_in_bytes", std::to_string(limit.limit), /*optional=*/true});
  }
  return settings;
}

Settings network(const NetworkResources& network) {
  Settings settings;
  add(settings, "net_cls", "net_cls.classid", network.class_id);
  for (const InterfacePriority& priority : network.priorities)
    settings.push_back({"net_prio", "net_prio.ifpriomap", fmt::format("{} {}", priority.name, priority.priority)});
  return settings;
}

}  // namespace refrun::v1
