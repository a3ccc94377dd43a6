#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "harness/observe/cgroup.h"

namespace runproof {

/// none: no cgroup mount. hybrid: v1 controllers and a cgroup2 mount beside them.
enum class CgroupMode { none, v1, hybrid, v2 };
[[nodiscard]] std::string_view to_text(CgroupMode mode);

struct KernelVersion {
  int major = 0;
  int minor = 0;
  auto operator<=>(const KernelVersion&) const = default;
};

/// What this machine is and allows, probed once, by trying where a file cannot be believed. Probing leaves nothing
/// behind.
struct Facts {
  std::string kernel;  ///< uname -r
  KernelVersion kernel_version;
  std::string arch;  ///< uname -m: "x86_64"
  int cpus = 0;      ///< that we may use
  std::uint64_t memory_bytes = 0;
  bool hypervisor = false;
  bool guest = false;  ///< a kernel that a lane booted for this run alone (runproof.guest in /proc/cmdline)

  CgroupMode cgroup_mode = CgroupMode::none;
  std::vector<Hierarchy> hierarchies;
  bool cgroup_writable = false;  ///< we may create groups in every hierarchy, or below our own group (delegation)
  bool cgroup_kill = false;      ///< a cgroup2 mount whose groups have cgroup.kill (5.14)
  bool cgroup_freeze = false;    ///< a cgroup2 mount whose groups have cgroup.freeze (5.2)
  bool clone_into_cgroup = false;

  bool root = false;  ///< effective uid 0 in the initial user namespace
  bool initial_user_namespace = false;
  std::set<std::string> capabilities;  ///< effective, "CAP_SYS_ADMIN"
  std::set<std::string>
      namespaces;  ///< that the kernel has, as in /proc/self/ns; those we can make are in `can_unshare`
  std::set<std::string> can_unshare;          ///< tried, with the rights we have
  bool unprivileged_user_namespaces = false;  ///< a user without rights may make one (sysctls and limits allow it)
  std::int64_t max_user_namespaces = 0;

  std::set<std::string> lsms;  ///< "apparmor", "selinux", … that are active
  bool seccomp = false;
  std::set<std::string> seccomp_actions;  ///< "kill_process", "user_notif", …

  bool open_tree = false;
  bool mount_setattr = false;
  bool idmapped_mounts = false;  ///< tried on the scratch file system
  bool pidfd = false;
  bool clone3 = false;
  bool close_range = false;

  bool overlayfs = false;
  std::set<std::string> file_systems;  ///< /proc/filesystems
  std::set<std::string> binfmt;        ///< entries of binfmt_misc
  bool loop_devices = false;
  std::vector<std::string> hugepage_sizes;  ///< "2MB", "1GB", as the hugetlb controller writes them
  int numa_nodes = 0;
  bool rdt = false;   ///< resctrl is mounted
  bool rdma = false;  ///< an RDMA device is there
  bool veth = false;  ///< a pair of veth devices can be made (tried)

  std::set<std::string>
      tools;                ///< which of the known helpers are in PATH: "newuidmap", "criu", "qemu-system-x86_64", …
  bool systemd = false;     ///< it is PID 1 (/run/systemd/system)
  bool pid1_reaps = false;  ///< an orphan that ends is reaped promptly, by PID 1 or a subreaper above us (tried)

  [[nodiscard]] bool has_capability(std::string_view name) const { return capabilities.contains(std::string(name)); }
  [[nodiscard]] bool has_tool(std::string_view name) const { return tools.contains(std::string(name)); }
  [[nodiscard]] bool has_lsm(std::string_view name) const { return lsms.contains(std::string(name)); }
  [[nodiscard]] bool has_controller(std::string_view name) const;
  [[nodiscard]] bool has_v1_controller(std::string_view name) const;
};

/// Asks the kernel; takes a few milliseconds. What cannot be found out counts as not there. `scratch`: a directory on
/// the file system that bundles will be made on.
[[nodiscard]] Facts probe_facts(const std::filesystem::path& scratch = "/tmp");
/// Those adopted, or else probed at the first call.
[[nodiscard]] const Facts& facts();
/// What `facts` gives from now on: for a worker process that is told what the orchestrator probed.
void adopt_facts(Facts told);

void to_json(base::Json& json, const Facts& facts);
/// Throws base::Json::exception for what to_json cannot have written.
void from_json(const base::Json& json, Facts& facts);

}  // namespace runproof
