#pragma once

#include <string>
#include <vector>

#include "reference_runtime/config/hooks_config.h"
#include "reference_runtime/plan/hook_plan.h"
#include "reference_runtime/state/status.h"

namespace refrun {

/// Where hooks of the runtime namespace run and what they are told.
struct HookContext {
  const Record& record;
  Status status = Status::creating;
  pid_t pid = 0;                                 // of init on the host; 0: none any more
  std::vector<std::string>* warnings = nullptr;  // where a failure is only a warning, and the rest run
  int container_namespaces = -1;  // only for sabotage: a pidfd of init, whose namespaces the hooks shall enter
};

/// Runs hooks in listed order in this process's namespaces, in the bundle's directory. Throws HookFailed at the first
/// that fails; `kind` names them in messages.
void run_runtime_hooks(const std::vector<Hook>& hooks, const char* kind, const HookContext& context);

/// Runs them all; a failure is only a warning (runtime.md#lifecycle, step 13).
void run_poststop_hooks(const std::vector<Hook>& hooks, const Record& record, std::vector<std::string>& warnings);

/// The state for hooks as text, without a pid, and cut where it belongs.
[[nodiscard]] StateText hook_state(const Record& record, Status status);

}  // namespace refrun
