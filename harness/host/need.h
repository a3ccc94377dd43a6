#pragma once

#include <span>
#include <string_view>

#include "harness/host/facts.h"

namespace runproof {

/// Something a case cannot be tried without. An unmet need skips the case, and its name and `why` are in the report.
struct Need {
  std::string_view name;
  bool (*met)(const Facts&) = nullptr;
  std::string_view why;  ///< what is missing and what to do about it
  bool operator==(const Need& other) const { return name == other.name; }
};

/// All of them, in the order of their names.
[[nodiscard]] std::span<const Need> all_needs();
/// Null for an unknown name.
[[nodiscard]] const Need* find_need(std::string_view name);

namespace need {

// Who we are.
inline constexpr Need root{"root", [](const Facts& f) { return f.root; },
                           "run it as root in the initial user namespace"};
inline constexpr Need rootless{
    "rootless", [](const Facts& f) { return f.unprivileged_user_namespaces; },
    "unprivileged users may not make user namespaces: set kernel.unprivileged_userns_clone=1, "
    "user.max_user_namespaces > 0, kernel.apparmor_restrict_unprivileged_userns=0"};

// Control groups.
inline constexpr Need cgroups{"cgroups",
                              [](const Facts& f) { return f.cgroup_mode != CgroupMode::none && f.cgroup_writable; },
                              "no cgroup hierarchy that we may write to: mount one, or have a group delegated"};
inline constexpr Need cgroup_v1{
    "cgroup_v1", [](const Facts& f) { return f.cgroup_mode == CgroupMode::v1 || f.cgroup_mode == CgroupMode::hybrid; },
    "no v1 controllers are mounted: boot with systemd.unified_cgroup_hierarchy=0"};
inline constexpr Need cgroup_v2{
    "cgroup_v2", [](const Facts& f) { return f.cgroup_mode == CgroupMode::v2; },
    "controllers are on v1: boot with systemd.unified_cgroup_hierarchy=1, or use the virtual machine lane"};
inline constexpr Need unified{
    "unified", [](const Facts& f) { return f.cgroup_kill; },
    "no cgroup2 mount with cgroup.kill (Linux 5.14): mount -t cgroup2 none /sys/fs/cgroup/unified"};
inline constexpr Need memory_controller{"memory_controller", [](const Facts& f) { return f.has_controller("memory"); },
                                        "the memory controller is off: boot with cgroup_enable=memory"};
inline constexpr Need pids_controller{"pids_controller", [](const Facts& f) { return f.has_controller("pids"); },
                                      "the pids controller is not mounted"};
inline constexpr Need cpu_controller{"cpu_controller", [](const Facts& f) { return f.has_controller("cpu"); },
                                     "the cpu controller is not mounted"};
inline constexpr Need cpuset_controller{"cpuset_controller", [](const Facts& f) { return f.has_controller("cpuset"); },
                                        "the cpuset controller is not mounted"};
inline constexpr Need io_controller{"io_controller",
                                    [](const Facts& f) { return f.has_controller("io") || f.has_controller("blkio"); },
                                    "neither io (v2) nor blkio (v1) is mounted"};
inline constexpr Need hugetlb_controller{"hugetlb_controller",
                                         [](const Facts& f) { return f.has_controller("hugetlb"); },
                                         "the hugetlb controller is not mounted"};
inline constexpr Need rdma_controller{"rdma_controller", [](const Facts& f) { return f.has_controller("rdma"); },
                                      "the rdma controller is not mounted"};
inline constexpr Need devices_v1{"devices_v1", [](const Facts& f) { return f.has_v1_controller("devices"); },
                                 "the v1 devices controller is not mounted"};
inline constexpr Need freezer_v1{"freezer_v1", [](const Facts& f) { return f.has_v1_controller("freezer"); },
                                 "the v1 freezer is not mounted"};
inline constexpr Need freezer{"freezer",
                              [](const Facts& f) { return f.cgroup_freeze || f.has_v1_controller("freezer"); },
                              "neither a v1 freezer nor a cgroup2 mount with cgroup.freeze (Linux 5.2)"};
inline constexpr Need net_cls_v1{"net_cls_v1", [](const Facts& f) { return f.has_v1_controller("net_cls"); },
                                 "the v1 net_cls controller is not mounted"};
inline constexpr Need net_prio_v1{"net_prio_v1", [](const Facts& f) { return f.has_v1_controller("net_prio"); },
                                  "the v1 net_prio controller is not mounted"};

// Namespaces.
inline constexpr Need user_namespaces{
    "user_namespaces", [](const Facts& f) { return f.can_unshare.contains("user"); },
    "user namespaces cannot be made: user.max_user_namespaces is 0, or the kernel lacks CONFIG_USER_NS"};
inline constexpr Need pid_namespaces{"pid_namespaces", [](const Facts& f) { return f.can_unshare.contains("pid"); },
                                     "PID namespaces cannot be made here"};
inline constexpr Need network_namespaces{"network_namespaces",
                                         [](const Facts& f) { return f.can_unshare.contains("net"); },
                                         "network namespaces cannot be made here"};
inline constexpr Need mount_namespaces{"mount_namespaces", [](const Facts& f) { return f.can_unshare.contains("mnt"); },
                                       "mount namespaces cannot be made here"};
inline constexpr Need uts_namespaces{"uts_namespaces", [](const Facts& f) { return f.can_unshare.contains("uts"); },
                                     "UTS namespaces cannot be made here"};
inline constexpr Need ipc_namespaces{"ipc_namespaces", [](const Facts& f) { return f.can_unshare.contains("ipc"); },
                                     "IPC namespaces cannot be made here"};
inline constexpr Need cgroup_namespaces{"cgroup_namespaces",
                                        [](const Facts& f) { return f.can_unshare.contains("cgroup"); },
                                        "cgroup namespaces cannot be made here (Linux 4.6)"};
inline constexpr Need time_namespaces{"time_namespaces", [](const Facts& f) { return f.can_unshare.contains("time"); },
                                      "time namespaces cannot be made here (Linux 5.6, CONFIG_TIME_NS)"};

// Security.
inline constexpr Need apparmor{"apparmor", [](const Facts& f) { return f.has_lsm("apparmor"); },
                               "AppArmor is not active: boot with lsm=…,apparmor"};
inline constexpr Need selinux{"selinux", [](const Facts& f) { return f.has_lsm("selinux"); },
                              "SELinux is not active: boot with security=selinux"};
inline constexpr Need landlock{"landlock", [](const Facts& f) { return f.has_lsm("landlock"); },
                               "Landlock is not active: boot with lsm=landlock,…"};
inline constexpr Need seccomp{"seccomp", [](const Facts& f) { return f.seccomp; },
                              "the kernel lacks CONFIG_SECCOMP_FILTER"};
inline constexpr Need seccomp_notify{"seccomp_notify",
                                     [](const Facts& f) { return f.seccomp_actions.contains("user_notif"); },
                                     "the kernel has no SECCOMP_RET_USER_NOTIF (Linux 5.0)"};
inline constexpr Need cap_sys_resource{"cap_sys_resource",
                                       [](const Facts& f) { return f.has_capability("CAP_SYS_RESOURCE"); },
                                       "CAP_SYS_RESOURCE is missing: run with full capabilities"};
inline constexpr Need cap_sys_admin{"cap_sys_admin", [](const Facts& f) { return f.has_capability("CAP_SYS_ADMIN"); },
                                    "CAP_SYS_ADMIN is missing: run with full capabilities"};

// Kernel interfaces.
inline constexpr Need pidfd{"pidfd", [](const Facts& f) { return f.pidfd; },
                            "the kernel has no pidfd_open (Linux 5.3)"};
inline constexpr Need mount_setattr{"mount_setattr", [](const Facts& f) { return f.mount_setattr; },
                                    "the kernel has no mount_setattr (Linux 5.12), so no recursive mount attributes"};
inline constexpr Need idmapped_mounts{
    "idmapped_mounts", [](const Facts& f) { return f.idmapped_mounts; },
    "the scratch file system has no id-mapped mounts: use ext4, xfs, btrfs or tmpfs (6.3) for TMPDIR"};
inline constexpr Need kernel_5_3{"kernel_5_3",
                                 [](const Facts& f) {
                                   return f.kernel_version >= KernelVersion{5, 3};
                                 },
                                 "needs Linux 5.3"};
inline constexpr Need kernel_5_12{"kernel_5_12",
                                  [](const Facts& f) {
                                    return f.kernel_version >= KernelVersion{5, 12};
                                  },
                                  "needs Linux 5.12"};
inline constexpr Need kernel_5_14{"kernel_5_14",
                                  [](const Facts& f) {
                                    return f.kernel_version >= KernelVersion{5, 14};
                                  },
                                  "needs Linux 5.14"};
inline constexpr Need kernel_6_3{"kernel_6_3",
                                 [](const Facts& f) {
                                   return f.kernel_version >= KernelVersion{6, 3};
                                 },
                                 "needs Linux 6.3"};
inline constexpr Need overlayfs{"overlayfs", [](const Facts& f) { return f.overlayfs; },
                                "overlayfs is not there: modprobe overlay"};
inline constexpr Need binfmt_misc{"binfmt_misc", [](const Facts& f) { return f.file_systems.contains("binfmt_misc"); },
                                  "binfmt_misc is not there: modprobe binfmt_misc"};

// Hardware and helpers.
inline constexpr Need x86_64{"x86_64", [](const Facts& f) { return f.arch == "x86_64"; }, "only on x86_64"};
inline constexpr Need smp{"smp", [](const Facts& f) { return f.cpus > 1; }, "only one CPU may be used"};
inline constexpr Need numa{"numa", [](const Facts& f) { return f.numa_nodes > 1; }, "this machine has one memory node"};
inline constexpr Need hugepages{"hugepages", [](const Facts& f) { return !f.hugepage_sizes.empty(); },
                                "the kernel has no huge pages"};
inline constexpr Need rdt{"rdt", [](const Facts& f) { return f.rdt; },
                          "resctrl is not mounted: mount -t resctrl resctrl /sys/fs/resctrl (Intel RDT)"};
inline constexpr Need rdma{"rdma", [](const Facts& f) { return f.rdma; },
                           "no RDMA device: modprobe rdma_rxe and add a link"};
inline constexpr Need veth{"veth", [](const Facts& f) { return f.veth; },
                           "no veth device can be made: modprobe veth (CONFIG_VETH)"};
inline constexpr Need loop{"loop", [](const Facts& f) { return f.loop_devices; },
                           "no /dev/loop-control: modprobe loop"};
inline constexpr Need systemd{"systemd", [](const Facts& f) { return f.systemd; },
                              "systemd is not PID 1 here: use the virtual machine lane"};
inline constexpr Need guest{"guest", [](const Facts& f) { return f.guest; },
                            "it changes a setting of the whole kernel: use the virtual machine lane, --lane v2"};
inline constexpr Need criu{"criu", [](const Facts& f) { return f.has_tool("criu"); },
                           "criu is not in PATH: apt-get install criu"};
inline constexpr Need newuidmap{"newuidmap",
                                [](const Facts& f) { return f.has_tool("newuidmap") && f.has_tool("newgidmap"); },
                                "newuidmap and newgidmap are not in PATH: apt-get install uidmap"};

}  // namespace need
}  // namespace runproof
