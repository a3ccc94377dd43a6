#pragma once

#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/plan/init_plan.h"
#include "reference_runtime/plan/make_process_plan.h"

namespace refrun {

struct PlanInput {
  const Config& config;
  std::string id;
  std::string bundle;  // absolute
  ProcessPlanInput process;
  const CgroupPlace* cgroup = nullptr;
  bool no_pivot = false;
  bool no_new_keyring = false;
  bool may_mount = false;         // the parent can copy mounts of its own mount namespace
  bool may_make_devices = false;  // mknod works: init is root of the initial user namespace
};

/// Which namespaces clone3 makes, and which are entered how.
struct NamespacePlan {
  std::uint64_t clone_flags = 0;
  base::UniqueFd pid_namespace;  // to be entered by the parent around the clone
  /// The joined ones must be entered before clone3, by a process in between: a new user namespace could no longer enter
  /// namespaces of the host, and what is made anew is to belong to a joined user namespace.
  bool intermediate = false;
};

/// Turns the config and this host into init's plan: every path opened that needs the host, every text ready. Warnings
/// are appended. Throws std::runtime_error.
[[nodiscard]] InitPlan make_plan(const PlanInput& input, NamespacePlan& namespaces, std::vector<std::string>& warnings);

/// Opens the host's /proc and /dev/null for init, verified. Throws.
void plan_host_files(InitPlan& plan);

/// root.path as an absolute path. Throws where it is no directory.
[[nodiscard]] std::string root_path(const Config& config, const std::string& bundle);

}  // namespace refrun
