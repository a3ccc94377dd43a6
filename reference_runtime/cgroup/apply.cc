#include "reference_runtime/cgroup/apply.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

#include "base/sys_error.h"
#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/cgroup/control_file.h"
#include "reference_runtime/cgroup/hierarchy.h"
#include "reference_runtime/cgroup/libcg.h"
#include "reference_runtime/cgroup/rdma_lines.h"
#include "reference_runtime/cgroup/settings_v1.h"
#include "reference_runtime/cgroup/settings_v2.h"

namespace refrun {
namespace {

/// Where the values of one part of `resources` go.
class Target {
 public:
  explicit Target(const CgroupPlace& place) : place_(place) {}

  [[nodiscard]] bool is_legacy(const std::string& controller) const { return place_.legacy.contains(controller); }
  [[nodiscard]] const std::string& unified() const { return place_.unified; }

  /// 0, or errno.
  [[nodiscard]] int write(const Setting& setting) const {
    if (is_legacy(setting.controller)) return libcg::set(place_.path, setting.controller, setting.file, setting.value);
    return try_write_control(place_.unified, setting.file, setting.value);
  }

  /// Throws where the setting's controller is nowhere.
  void require(const Setting& setting) const {
    if (is_legacy(setting.controller)) return;
    if (!place_.unified.empty() && has_controller(place_.unified, setting.controller)) return;
    throw CgroupError(fmt::format("no cgroup hierarchy here has the {} controller, which {} needs", setting.controller,
                                  setting.file));
  }

 private:
  const CgroupPlace& place_;
};

void report(const Setting& setting, int error) {
  throw CgroupError(fmt::format("write \"{}\" to {}: {}", setting.value, setting.file, base::errno_name(error)));
}

/// True when that is done, false when it may work later.
bool write_one(const Target& target, const Setting& setting, bool again) {
  const int error = target.write(setting);
  if (error == 0) return true;
  if (setting.optional && (error == ENOENT || error == EOPNOTSUPP)) return true;
  if (!again && (error == EINVAL || error == EBUSY)) return false;
  report(setting, error);
  return true;
}

void write_all(const Target& target, const Settings& settings) {
  Settings later;
  for (const Setting& setting : settings) {
    target.require(setting);
    if (!write_one(target, setting, /*again=*/false)) later.push_back(setting);
  }
  for (const Setting& setting : later) write_one(target, setting, /*again=*/true);
}

void apply_memory(const Target& target, const MemoryResources& memory) {
  write_all(target, target.is_legacy("memory") ? v1::memory(memory) : v2::memory(memory));
}

/// cpu and cpuset may be in different hierarchies, and need not be there when nothing is asked of them.
void apply_cpu(const Target& target, const CpuResources& cpu) {
  const bool legacy = target.is_legacy("cpu") || target.is_legacy("cpuset");
  write_all(target, legacy ? v1::cpu(cpu) : v2::cpu(cpu));
}

void apply_block_io(const Target& target, const CgroupPlace& place, const BlockIoResources& block_io) {
  if (target.is_legacy("blkio")) {
    const bool bfq = !control_exists(place.legacy_directory("blkio"), "blkio.weight");
    return write_all(target, v1::block_io(block_io, bfq));
  }
  write_all(target, v2::block_io(block_io, control_exists(place.unified, "io.bfq.weight")));
}

void apply_network(const Target& target, const NetworkResources& network) {
  const bool unified_only = !target.is_legacy("net_cls") && !target.is_legacy("net_prio") && !target.unified().empty();
  write_all(target, unified_only && (network.class_id || !network.priorities.empty()) ? v2::network(network)
                                                                                      : v1::network(network));
}

// config-linux.md#unified: files of the unified hierarchy, where the controller must be; "cgroup.*" is always.
void apply_unified(const CgroupPlace& place, const std::map<std::string, std::string>& files) {
  if (files.empty()) return;
  if (place.unified.empty()) throw CgroupError("linux.resources.unified needs cgroup v2");
  for (const Setting& setting : v2::unified(files)) {
    if (setting.controller != "cgroup" && !has_controller(place.unified, setting.controller))
      throw CgroupError(
          fmt::format("linux.resources.unified: no {} controller for {}", setting.controller, setting.file));
    const int error = try_write_control(place.unified, setting.file, setting.value);
    if (error != 0) report(setting, error);
  }
}

}  // namespace

void check_memory_usage(const CgroupPlace& place, const Resources& resources) {
  const MemoryResources memory = resources.memory.value_or(MemoryResources{});
  if (!memory.check_before_update.value_or(false) || memory.limit.value_or(-1) < 0) return;
  if (place.unified.empty() || Target(place).is_legacy("memory")) return;
  const auto used = read_number(place.unified, "memory.current");
  if (used > static_cast<unsigned long long>(*memory.limit))
    throw CgroupError(fmt::format("memory.limit {} is below the current usage of {} bytes", *memory.limit, used));
}

void apply_resources(const CgroupPlace& place, const Resources& resources) {
  const Target target(place);
  if (resources.memory) apply_memory(target, *resources.memory);
  if (resources.cpu) apply_cpu(target, *resources.cpu);
  if (resources.block_io) apply_block_io(target, place, *resources.block_io);
  if (!resources.hugepage_limits.empty())
    write_all(target, target.is_legacy("hugetlb") ? v1::hugepages(resources.hugepage_limits)
                                                  : v2::hugepages(resources.hugepage_limits));
  if (resources.network) apply_network(target, *resources.network);
  if (!resources.rdma.empty()) write_all(target, rdma_lines(resources.rdma));
  apply_unified(place, resources.unified);
}

void apply_pids_limit(const CgroupPlace& place, const Resources& resources) {
  if (resources.pids_limit) write_all(Target(place), v1::pids(*resources.pids_limit));
}

}  // namespace refrun
