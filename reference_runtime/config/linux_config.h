#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reference_runtime/config/mount_config.h"
#include "reference_runtime/config/resources_config.h"
#include "reference_runtime/config/seccomp_config.h"

namespace refrun {

enum class NamespaceType { pid, network, mount, ipc, uts, user, cgroup, time };

/// The spec's word ("network"), CLONE_NEW*, and the name under /proc/PID/ns ("net").
[[nodiscard]] std::string_view spec_name(NamespaceType type);
[[nodiscard]] int clone_flag(NamespaceType type);
[[nodiscard]] std::string_view proc_name(NamespaceType type);

struct Namespace {
  NamespaceType type = NamespaceType::pid;
  std::string path;  // empty: a new one
};

struct TimeOffset {
  std::int64_t secs = 0;
  std::uint32_t nanosecs = 0;
};

struct Device {
  char type = 'c';  // c, b or p; `u` was read as c
  std::string path;
  std::int64_t major = 0;
  std::int64_t minor = 0;
  std::optional<mode_t> file_mode;
  std::optional<uid_t> uid;
  std::optional<gid_t> gid;
};

struct NetDevice {
  std::string host_name;
  std::string container_name;  // the same name where the config gives none; may end in "%d"
};

struct IntelRdt {
  std::string clos_id;  // empty: the container's id
  std::vector<std::string> schemata;
  std::string l3_cache_schema;
  std::string mem_bw_schema;
  bool enable_monitoring = false;
};

struct MemoryPolicy {
  int mode = 0;                 // MPOL_*
  int flags = 0;                // MPOL_F_*, to be or-ed to the mode for set_mempolicy(2)
  std::vector<unsigned> nodes;  // node numbers, ascending
};

enum class RootfsPropagation { unset, shared, slave, private_, unbindable };
/// MS_SHARED ... without MS_REC; 0 for unset.
[[nodiscard]] unsigned long mount_flag(RootfsPropagation propagation);

/// Where a kernel parameter is, relative to /proc/sys. sysctl(8) takes "net.ipv4.x" and "net/ipv4/conf/eth0.1/x": the
/// separator that comes first is the one that is meant, and the other one stands for it inside a name.
[[nodiscard]] std::string sysctl_path(std::string_view written);

struct Linux {
  std::vector<Namespace> namespaces;
  std::vector<IdMapping> uid_mappings;
  std::vector<IdMapping> gid_mappings;
  std::map<std::string, TimeOffset> time_offsets;  // "monotonic", "boottime"
  std::vector<Device> devices;
  std::vector<NetDevice> net_devices;
  std::optional<std::string> cgroups_path;
  std::optional<Resources> resources;
  RootfsPropagation rootfs_propagation = RootfsPropagation::unset;
  std::optional<Seccomp> seccomp;
  std::map<std::string, std::string> sysctl;  // names as written: see sysctl_path()
  std::vector<std::string> masked_paths;
  std::vector<std::string> readonly_paths;
  std::string mount_label;
  std::optional<IntelRdt> intel_rdt;
  std::optional<MemoryPolicy> memory_policy;
  std::optional<unsigned long> personality;  // PER_LINUX, PER_LINUX32

  /// The entry of that type, or nullptr: the runtime's namespace is inherited.
  [[nodiscard]] const Namespace* find(NamespaceType type) const;
  [[nodiscard]] bool creates(NamespaceType type) const;  // an entry without a path
};

}  // namespace refrun
