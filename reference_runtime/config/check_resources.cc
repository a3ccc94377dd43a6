#include "reference_runtime/config/check.h"
#include "reference_runtime/config/cpu_list.h"

namespace refrun {
namespace {

// config-linux.md#memory: bytes, or -1 for unlimited.
void check_memory(const MemoryResources& memory, const std::string& at, Problems& problems) {
  const auto check = [&](const std::optional<std::int64_t>& bytes, const char* name) {
    if (bytes && *bytes < -1) note(problems, at + name, "must be -1 or more");
  };
  check(memory.limit, "/limit");
  check(memory.reservation, "/reservation");
  check(memory.swap, "/swap");
  check(memory.kernel, "/kernel");
  check(memory.kernel_tcp, "/kernelTCP");
  if (memory.swappiness.value_or(0) > 100) note(problems, at + "/swappiness", "must be from 0 to 100");
}

// config-linux.md#cpu
void check_cpu(const CpuResources& cpu, const std::string& at, Problems& problems) {
  if (!cpu.cpus.empty() && !parse_number_list(cpu.cpus))
    note(problems, at + "/cpus", "must be a list such as \"0-3,7\"");
  if (!cpu.mems.empty() && !parse_number_list(cpu.mems))
    note(problems, at + "/mems", "must be a list such as \"0-3,7\"");
  if (cpu.quota && *cpu.quota < -1) note(problems, at + "/quota", "must be -1 or more");
  if (cpu.quota && *cpu.quota > 0 && cpu.burst && *cpu.burst > static_cast<std::uint64_t>(*cpu.quota))
    note(problems, at + "/burst", "must not be larger than quota");
  if (cpu.idle && *cpu.idle != 0 && *cpu.idle != 1) note(problems, at + "/idle", "must be 0 or 1");
}

bool is_weight(std::optional<std::uint16_t> weight) {
  // 0 is how some callers write "unset".
  return !weight || *weight == 0 || (*weight >= 10 && *weight <= 1000);
}

void check_throttles(const std::vector<ThrottleDevice>& devices, const std::string& at, Problems& problems) {
  for (std::size_t i = 0; i < devices.size(); ++i)
    if (devices[i].major < 0 || devices[i].minor < 0) note(problems, base::json_pointer(at, i), "is no device number");
}

// config-linux.md#block-io
void check_block_io(const BlockIoResources& block_io, const std::string& at, Problems& problems) {
  const std::string rule = "must be from 10 to 1000";
  if (!is_weight(block_io.weight)) note(problems, at + "/weight", rule);
  if (!is_weight(block_io.leaf_weight)) note(problems, at + "/leafWeight", rule);
  for (std::size_t i = 0; i < block_io.weight_device.size(); ++i) {
    const WeightDevice& device = block_io.weight_device[i];
    const std::string here = base::json_pointer(at + "/weightDevice", i);
    if (device.major < 0 || device.minor < 0) note(problems, here, "is no device number");
    if (!is_weight(device.weight)) note(problems, here + "/weight", rule);
    if (!is_weight(device.leaf_weight)) note(problems, here + "/leafWeight", rule);
  }
  check_throttles(block_io.throttle_read_bps, at + "/throttleReadBpsDevice", problems);
  check_throttles(block_io.throttle_write_bps, at + "/throttleWriteBpsDevice", problems);
  check_throttles(block_io.throttle_read_iops, at + "/throttleReadIOPSDevice", problems);
  check_throttles(block_io.throttle_write_iops, at + "/throttleWriteIOPSDevice", problems);
}

// config-linux.md#huge-page-limits: <size><unit-prefix>B
bool is_page_size(std::string_view text) {
  if (text.size() < 3 || !text.ends_with('B')) return false;
  const std::string_view number = text.substr(0, text.size() - 2);
  const char prefix = text[text.size() - 2];
  return (prefix == 'K' || prefix == 'M' || prefix == 'G') && number.front() != '0' &&
         number.find_first_not_of("0123456789") == std::string_view::npos;
}

void check_hugepages(const Resources& resources, const std::string& at, Problems& problems) {
  for (std::size_t i = 0; i < resources.hugepage_limits.size(); ++i)
    if (!is_page_size(resources.hugepage_limits[i].page_size))
      note(problems, base::json_pointer(at, i) + "/pageSize", "must be a size such as \"64KB\", \"2MB\" or \"1GB\"");
}

// config-linux.md#unified: each key is a file of the container's own cgroup.
void check_unified(const Resources& resources, const std::string& at, Problems& problems) {
  for (const auto& [file, value] : resources.unified)
    if (file.empty() || file == "." || file == ".." || file.find('/') != std::string::npos)
      note(problems, base::json_pointer(at, file), "is no name of a cgroup file");
}

}  // namespace

void check_resources(const Resources& resources, const std::string& at, Problems& problems) {
  if (resources.memory) check_memory(*resources.memory, at + "/memory", problems);
  if (resources.cpu) check_cpu(*resources.cpu, at + "/cpu", problems);
  if (resources.pids_limit && *resources.pids_limit < -1) note(problems, at + "/pids/limit", "must be -1 or more");
  if (resources.block_io) check_block_io(*resources.block_io, at + "/blockIO", problems);
  check_hugepages(resources, at + "/hugepageLimits", problems);
  check_unified(resources, at + "/unified", problems);
}

}  // namespace refrun
