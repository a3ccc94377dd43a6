#include <unistd.h>

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "harness/host/probe.h"
#include "harness/observe/mountinfo.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> names_in(const fs::path& directory) {
  std::vector<std::string> names;
  std::error_code gone;
  for (fs::directory_iterator entry(directory, gone), end; !gone && entry != end; entry.increment(gone))
    names.push_back(entry->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

int count_memory_nodes() {
  const std::vector<std::string> names = names_in("/sys/devices/system/node");
  const auto is_node = [](const std::string& name) {
    return name.starts_with("node") && base::to_number(name.substr(4));
  };
  return std::max(1, static_cast<int>(std::count_if(names.begin(), names.end(), is_node)));
}

}  // namespace

std::string hugepage_size(std::string_view directory) {
  constexpr std::string_view kPrefix = "hugepages-";
  if (!directory.starts_with(kPrefix) || !directory.ends_with("kB")) return "";
  auto size = base::to_number(directory.substr(kPrefix.size(), directory.size() - kPrefix.size() - 2));
  if (!size || *size <= 0) return "";
  const char* const units[] = {"KB", "MB", "GB"};
  std::size_t unit = 0;
  for (; unit < 2 && *size % 1024 == 0; ++unit) *size /= 1024;
  return std::to_string(*size) + units[unit];
}

void probe_devices(Facts& facts) {
  for (const std::string& name : names_in("/sys/kernel/mm/hugepages"))
    if (std::string size = hugepage_size(name); !size.empty()) facts.hugepage_sizes.push_back(std::move(size));
  facts.numa_nodes = count_memory_nodes();
  facts.loop_devices = ::access("/dev/loop-control", F_OK) == 0;
  facts.rdma = !names_in("/sys/class/infiniband").empty();
  const auto mounts = mounts_of(::getpid()).value_or(std::vector<MountEntry>{});
  facts.rdt =
      std::any_of(mounts.begin(), mounts.end(), [](const MountEntry& mount) { return mount.type == "resctrl"; });
  for (const std::string& name : names_in("/proc/sys/fs/binfmt_misc"))
    if (name != "register" && name != "status") facts.binfmt.insert(name);
}

}  // namespace runproof
