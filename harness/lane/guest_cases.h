#pragma once

#include <span>

#include "harness/host/facts.h"
#include "harness/host/need.h"
#include "harness/lane/lane.h"

namespace runproof {

/// Whether a guest lane is the place for a case with these needs: this host cannot meet them all and the guest may, or
/// they are for what is another thing there than here: controllers in both guests, and with systemd, which makes the
/// groups, all of cgroups. With SELinux: what needs that, alone. `host`: as the case would find it here, without
/// privilege for a rootless run.
[[nodiscard]] bool belongs_in_guest(std::span<const Need> needs, Lane lane, bool rootless, const Facts& host);

/// Takes from facts what a rootless caller cannot do, whatever this process could. `delegated`: he has a cgroup.
void take_privilege_from(Facts& facts, bool delegated);

}  // namespace runproof
