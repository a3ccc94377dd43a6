#include "reference_runtime/cgroup/mounts.h"

#include <algorithm>
#include <array>

#include "base/file.h"
#include "base/text.h"
#include "reference_runtime/cgroup/cgroup.h"

namespace refrun {
namespace {

constexpr std::array<std::string_view, 14> kControllers{"blkio",   "cpu",      "cpuacct",    "cpuset", "debug",
                                                        "devices", "freezer",  "hugetlb",    "memory", "misc",
                                                        "net_cls", "net_prio", "perf_event", "pids"};

bool is_controller(std::string_view option) {
  return std::find(kControllers.begin(), kControllers.end(), option) != kControllers.end() || option == "rdma";
}

/// mountinfo writes space, tab, newline and backslash as \ooo.
std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

void read_line(std::string_view line, CgroupMounts& mounts) {
  constexpr std::size_t kMountPoint = 4;
  const auto fields = base::words(line);
  const auto dash = std::find(fields.begin(), fields.end(), "-");
  if (fields.end() - dash < 4 || fields.size() <= kMountPoint) return;
  const std::string_view type = *(dash + 1);
  const std::string point = unescape(fields[kMountPoint]);
  if (type == "cgroup2" && mounts.unified.empty()) mounts.unified = point;
  if (type != "cgroup") return;
  for (const std::string_view option : base::split(*(dash + 3), ','))
    if (is_controller(option) || option.starts_with("name=")) mounts.legacy.emplace(option, point);
}

}  // namespace

CgroupMode CgroupMounts::mode() const {
  const bool controllers =
      std::any_of(legacy.begin(), legacy.end(), [](const auto& entry) { return is_controller(entry.first); });
  if (controllers) return unified.empty() ? CgroupMode::v1 : CgroupMode::hybrid;
  return unified.empty() ? CgroupMode::none : CgroupMode::v2;
}

CgroupMounts parse_cgroup_mounts(std::string_view mountinfo) {
  CgroupMounts mounts;
  for (const std::string_view line : base::split(mountinfo, '\n'))
    if (line.find(" - cgroup") != std::string_view::npos) read_line(line, mounts);
  return mounts;
}

CgroupMounts read_cgroup_mounts() {
  const std::string mountinfo = base::read_file("/proc/self/mountinfo");
  return parse_cgroup_mounts(mountinfo);
}

CgroupMode cgroup_mode() { return read_cgroup_mounts().mode(); }

}  // namespace refrun
