#pragma once

#include "reference_runtime/plan/process_plan.h"

namespace refrun {

struct ProcessPlanInput {
  int preserved_fds = 0;      // --preserve-fds
  int listen_fds = 0;         // LISTEN_FDS of the caller
  mode_t caller_umask = 022;  // config.md#posix-platform-user: kept where the config gives none
  bool may_set_groups = true;
  bool all_capabilities = false;  // init will be root of a user namespace of its own
  std::string seccomp_cache;      // directory of compiled filters; see compile_seccomp_cached()
};

/// Throws std::runtime_error with the JSON pointer for what cannot be applied on this host.
[[nodiscard]] ProcessPlan make_process_plan(const Config& config, const Process& process, const ProcessPlanInput& input,
                                            std::vector<std::string>& warnings);

}  // namespace refrun
