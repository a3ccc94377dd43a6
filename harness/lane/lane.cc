#include "harness/lane/lane.h"

namespace runproof {

const std::vector<LaneDescription>& all_lanes() {
  static const std::vector<LaneDescription> lanes = {
      {Lane::host, "host", "this machine as it is"},
      {Lane::v2_view, "v2-view", "a private view of cgroup v2 at native speed: all that needs no controller"},
      {Lane::v2, "v2", "a QEMU guest with Debian's kernel: pure cgroup v2 with all controllers"},
      {Lane::v2_systemd, "v2-systemd", "the same with systemd as PID 1, for the systemd cgroup driver"},
      {Lane::v2_selinux, "v2-selinux", "v2 with SELinux instead of AppArmor, for the cases about its labels"},
  };
  return lanes;
}

std::string_view to_text(Lane lane) {
  for (const auto& entry : all_lanes())
    if (entry.lane == lane) return entry.name;
  return "?";
}

std::optional<Lane> lane_from(std::string_view name) {
  for (const auto& entry : all_lanes())
    if (entry.name == name) return entry.lane;
  return std::nullopt;
}

}  // namespace runproof
