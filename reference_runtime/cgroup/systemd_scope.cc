#include "reference_runtime/cgroup/systemd_scope.h"

#include <fmt/format.h>

#include "base/text.h"
#include "reference_runtime/cgroup/settings_v2.h"

namespace refrun {
namespace {

std::uint64_t bytes(std::int64_t limit) { return limit < 0 ? UINT64_MAX : static_cast<std::uint64_t>(limit); }

void add_memory(const MemoryResources& memory, bool v2, std::vector<UnitProperty>& properties) {
  if (memory.limit) properties.push_back({v2 ? "MemoryMax" : "MemoryLimit", bytes(*memory.limit)});
  if (v2 && memory.reservation) properties.push_back({"MemoryLow", bytes(*memory.reservation)});
  if (v2 && memory.swap && memory.limit.value_or(-1) >= 0)
    properties.push_back({"MemorySwapMax", *memory.swap < 0 ? UINT64_MAX : bytes(*memory.swap - *memory.limit)});
}

void add_cpu(const CpuResources& cpu, bool v2, std::vector<UnitProperty>& properties) {
  constexpr std::uint64_t kSecond = 1'000'000;
  constexpr std::uint64_t kDefaultPeriod = 100'000;
  constexpr std::uint64_t kStep = 10'000;  // systemd keeps whole percents
  if (cpu.shares.value_or(0) != 0)
    properties.push_back({v2 ? "CPUWeight" : "CPUShares", v2 ? v2::weight_of_shares(*cpu.shares) : *cpu.shares});
  if (v2 && cpu.period.value_or(0) != 0) properties.push_back({"CPUQuotaPeriodUSec", *cpu.period});
  if (cpu.quota.value_or(0) == 0) return;
  const std::uint64_t period = cpu.period.value_or(0) != 0 ? *cpu.period : kDefaultPeriod;
  std::uint64_t per_second = UINT64_MAX;
  if (*cpu.quota > 0)
    per_second = (static_cast<std::uint64_t>(*cpu.quota) * kSecond / period + kStep - 1) / kStep * kStep;
  properties.push_back({"CPUQuotaPerSecUSec", per_second});
}

}  // namespace

SystemdScope parse_scope(const CgroupRequest& request) {
  const bool rootless = request.privilege == Privilege::rootless;
  const std::string fallback = rootless ? "user.slice" : "system.slice";
  if (!request.path || request.path->empty()) return {fallback, "refrun-" + request.id + ".scope"};
  const auto first = request.path->find(':');
  const auto second = first == std::string::npos ? first : request.path->find(':', first + 1);
  if (second == std::string::npos || request.path->find(':', second + 1) != std::string::npos)
    throw CgroupError(fmt::format("cgroupsPath \"{}\" must be slice:prefix:name for systemd", *request.path));
  const std::string slice = request.path->substr(0, first);
  const std::string prefix = request.path->substr(first + 1, second - first - 1);
  const std::string name = request.path->substr(second + 1);
  if (name.empty() || (prefix + name).find('/') != std::string::npos)
    throw CgroupError(fmt::format("cgroupsPath \"{}\" names no unit", *request.path));
  return {slice.empty() ? fallback : slice, (prefix.empty() ? name : prefix + "-" + name) + ".scope"};
}

std::string slice_path(const std::string& slice) {
  constexpr std::string_view kSuffix = ".slice";
  const std::string stem = slice.ends_with(kSuffix) ? slice.substr(0, slice.size() - kSuffix.size()) : "";
  if (stem == "-") return "";
  std::string path;
  std::string name;
  for (const std::string_view part : base::split(stem, '-')) {
    if (part.empty()) name.clear();
    if (part.empty()) break;
    name += (name.empty() ? "" : "-") + std::string(part);
    path += "/" + name + std::string(kSuffix);
  }
  if (name != stem || stem.empty() || slice.find('/') != std::string::npos)
    throw CgroupError("\"" + slice + "\" is no name of a slice");
  return path;
}

std::vector<UnitProperty> scope_properties(const Resources& resources, CgroupMode mode) {
  std::vector<UnitProperty> properties;
  const bool v2 = mode == CgroupMode::v2;
  if (resources.memory) add_memory(*resources.memory, v2, properties);
  if (resources.cpu) add_cpu(*resources.cpu, v2, properties);
  if (resources.pids_limit && *resources.pids_limit != 0)
    properties.push_back({"TasksMax", bytes(*resources.pids_limit)});
  return properties;
}

}  // namespace refrun
