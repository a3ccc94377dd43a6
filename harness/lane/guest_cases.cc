#include "harness/lane/guest_cases.h"

#include <algorithm>

#include "harness/host/need_lsm.h"

namespace runproof {
namespace {

bool is_one_of(const Need& need, std::initializer_list<Need> some) {
  return std::ranges::find(some, need) != some.end();
}

bool is_of_selinux(const Need& need) { return is_one_of(need, {need::selinux, need::selinux_policy}); }

/// A guest has cgroup v2 alone, and one of the two security modules; its first process is systemd in one lane; whoever
/// is rootless is not root.
bool cannot_be_in_guest(const Need& need, Lane lane, bool rootless) {
  if (need == need::systemd) return lane != Lane::v2_systemd;
  if (is_of_selinux(need)) return lane != Lane::v2_selinux;
  if (need == need::apparmor) return lane == Lane::v2_selinux;
  if (need == need::root) return rootless;
  return is_one_of(need, {need::cgroup_v1, need::devices_v1, need::freezer_v1, need::net_cls_v1, need::net_prio_v1});
}

bool is_another_thing_there(const Need& need, Lane lane) {
  if (lane == Lane::v2_systemd && is_one_of(need, {need::cgroups, need::freezer})) return true;
  return is_one_of(need, {need::memory_controller, need::pids_controller, need::cpu_controller, need::cpuset_controller,
                          need::io_controller, need::hugetlb_controller, need::rdma_controller});
}

}  // namespace

bool belongs_in_guest(std::span<const Need> needs, Lane lane, bool rootless, const Facts& host) {
  if (std::ranges::any_of(needs, [&](const Need& need) { return cannot_be_in_guest(need, lane, rootless); }))
    return false;
  if (lane == Lane::v2_selinux) return std::ranges::any_of(needs, is_of_selinux);
  return std::ranges::any_of(needs,
                             [&](const Need& need) { return !need.met(host) || is_another_thing_there(need, lane); });
}

void take_privilege_from(Facts& facts, bool delegated) {
  facts.root = false;
  facts.initial_user_namespace = false;
  facts.capabilities.clear();
  facts.cgroup_writable = delegated;
  facts.idmapped_mounts = false;
}

}  // namespace runproof
