#include "harness/cli/lane_options.h"

#include <fmt/format.h>

#include "harness/cli/usage_error.h"
#include "harness/host/facts.h"
#include "harness/lane/guest_cases.h"

namespace runproof {

Lane lane_named(const std::string& name) {
  if (const auto lane = lane_from(name)) return *lane;
  std::string names;
  for (const LaneDescription& lane : all_lanes()) names += fmt::format(" {}", lane.name);
  throw UsageError(fmt::format("no lane is called {}: there are{}", name, names));
}

bool is_guest(Lane lane) { return lane == Lane::v2 || lane == Lane::v2_systemd || lane == Lane::v2_selinux; }

void enter_v2_view_or_refuse() {
  try {
    enter_v2_view();
  } catch (const Unavailable& error) {
    throw UsageError(error.what());
  }
}

CgroupDriver usual_driver(Lane lane) {
  return lane == Lane::v2_systemd ? CgroupDriver::systemd : CgroupDriver::cgroupfs;
}

void leave_out_what_the_host_can(std::vector<const Case*>& cases, Lane lane, bool rootless) {
  Facts host = facts();
  if (rootless) take_privilege_from(host, /*delegated=*/false);
  std::erase_if(cases, [&](const Case* one) { return !belongs_in_guest(one->info.needs, lane, rootless, host); });
}

}  // namespace runproof
