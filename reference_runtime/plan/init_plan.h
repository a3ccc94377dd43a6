#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "reference_runtime/config/config.h"
#include "reference_runtime/exec/executor.h"
#include "reference_runtime/plan/hook_plan.h"
#include "reference_runtime/plan/mount_plan.h"
#include "reference_runtime/plan/process_plan.h"

namespace refrun {

struct JoinedNamespace {
  base::UniqueFd fd;
  int type = 0;      // CLONE_NEW*
  std::string path;  // for messages
};

struct RootPlan {
  std::string path;               // absolute host path
  base::UniqueFd tree;            // a detached copy of it, when the parent may make one
  unsigned long propagation = 0;  // MS_* for the container's root at the end; 0: leave
  bool readonly = false;
  enum class Change { pivot, move, chroot } change = Change::pivot;
};

struct DeviceNode {
  std::string path;  // in the container, without the leading slash
  mode_t mode = 0;   // type and permissions
  dev_t number = 0;
  uid_t uid = 0;
  gid_t gid = 0;
  bool is_default = false;  // of the spec's default devices: an existing right one is left alone
};

struct Setting {
  std::string path;  // below /proc/sys: "net/ipv4/ip_forward"
  std::string value;
};

/// Everything that init needs, ready made: between clone and exec nothing is allocated, formatted or looked up.
struct InitPlan {
  // namespaces
  bool new_user_namespace = false;
  bool root_in_joined_user_namespace = false;
  std::vector<JoinedNamespace> joined;
  base::UniqueFd joined_root;     // `exec`: the root of a container without a mount namespace of its own
  bool waits_for_cgroup = false;  // systemd moves init into its cgroup
  bool cgroups_follow = false;    // init makes its network namespace while the parent makes the v1 cgroups
  int late_unshare = 0;      // what clone3 could not make: cgroup, time; and all others below a joined user namespace
  std::string time_offsets;  // text for /proc/self/timens_offsets
  bool loopback_up = false;
  std::optional<std::string> hostname;
  std::optional<std::string> domainname;
  std::string keyring;  // empty: keep the caller's session keyring

  // file system
  bool new_mount_namespace = false;
  RootPlan root;
  std::vector<MountItem> mounts;
  std::vector<DeviceNode> devices;
  bool binds_console = true;  // a terminal becomes /dev/console, too
  bool dev_is_bound = false;  // the host's /dev: nothing is made or linked there
  bool bind_devices = false;  // a user namespace may not mknod
  std::vector<Setting> sysctl;
  std::vector<std::string> masked_paths;    // without the leading slash
  std::vector<std::string> readonly_paths;  // without the leading slash

  // hooks
  bool waits_for_runtime_hooks = false;  // there are prestart or createRuntime hooks
  std::vector<HookPlan> create_container_hooks;
  std::vector<HookPlan> start_container_hooks;
  StateText creating_state;  // for createContainer
  StateText created_state;   // for startContainer

  // process
  std::optional<ProcessPlan> process;
  std::unique_ptr<Executor> executor;
  std::vector<int> executor_descriptors;  // filled in init, after prepare()

  // descriptors that init inherits
  base::UniqueFd sync;
  base::UniqueFd gate_socket;
  base::UniqueFd gate_lock;
  base::UniqueFd console_socket;
  base::UniqueFd proc;        // the host's /proc, verified
  base::UniqueFd dev_null;    // the host's /dev/null, verified
  base::UniqueFd null_cover;  // a detached mount of it, to cover masked files; made by init where the parent may not
  std::vector<base::UniqueFd> cgroup_targets;
  std::vector<int> cgroup_target_numbers;
  int lock_to_drop = -1;  // the parent's lock on the container's directory: init must not keep it alive
};

}  // namespace refrun
