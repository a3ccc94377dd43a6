#include <algorithm>
#include <array>

#include "harness/host/need_lsm.h"

namespace runproof {
namespace {

constexpr auto kSorted = [] {
  using namespace need;
  std::array all = {root,
                    rootless,
                    cgroups,
                    cgroup_v1,
                    cgroup_v2,
                    unified,
                    memory_controller,
                    pids_controller,
                    cpu_controller,
                    cpuset_controller,
                    io_controller,
                    hugetlb_controller,
                    rdma_controller,
                    devices_v1,
                    freezer_v1,
                    freezer,
                    net_cls_v1,
                    net_prio_v1,
                    user_namespaces,
                    pid_namespaces,
                    network_namespaces,
                    mount_namespaces,
                    uts_namespaces,
                    ipc_namespaces,
                    cgroup_namespaces,
                    time_namespaces,
                    apparmor,
                    apparmor_parser,
                    selinux,
                    selinux_policy,
                    landlock,
                    need::seccomp,
                    seccomp_notify,
                    cap_sys_resource,
                    cap_sys_admin,
                    need::pidfd,
                    need::mount_setattr,
                    need::idmapped_mounts,
                    kernel_5_3,
                    kernel_5_12,
                    kernel_5_14,
                    kernel_6_3,
                    need::overlayfs,
                    binfmt_misc,
                    x86_64,
                    smp,
                    numa,
                    hugepages,
                    need::rdt,
                    need::rdma,
                    need::veth,
                    loop,
                    need::systemd,
                    need::guest,
                    criu,
                    newuidmap};
  std::sort(all.begin(), all.end(), [](const Need& a, const Need& b) { return a.name < b.name; });
  return all;
}();

}  // namespace

std::span<const Need> all_needs() { return kSorted; }

const Need* find_need(std::string_view name) {
  const auto found = std::lower_bound(kSorted.begin(), kSorted.end(), name,
                                      [](const Need& need, std::string_view wanted) { return need.name < wanted; });
  return found != kSorted.end() && found->name == name ? &*found : nullptr;
}

}  // namespace runproof
