#pragma once

#include <string>
#include <vector>

#include "harness/bundle/cgroup_home.h"
#include "harness/lane/lane.h"
#include "harness/registry/registry.h"

namespace runproof {

/// Throws UsageError for a name that there is not.
[[nodiscard]] Lane lane_named(const std::string& name);
[[nodiscard]] bool is_guest(Lane lane);
/// Throws UsageError where this host cannot offer it.
void enter_v2_view_or_refuse();
/// Who makes the containers' cgroups in a lane unless somebody says otherwise.
[[nodiscard]] CgroupDriver usual_driver(Lane lane);
/// A guest is for what the host cannot do (guest_cases.h).
void leave_out_what_the_host_can(std::vector<const Case*>& cases, Lane lane, bool rootless);

}  // namespace runproof
