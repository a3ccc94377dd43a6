#include "reference_runtime/plan/hook_plan.h"

#include <unistd.h>

#include <algorithm>
#include <limits>

#include "reference_runtime/plan/c_strings.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {

HookPlan::HookPlan(const Hook& hook, const std::vector<std::string>& fallback_env)
    : path_(hook.path), args_(hook.args), env_(hook.env.empty() ? fallback_env : hook.env) {
  if (args_.empty()) args_.push_back(path_);
  if (fault("hook_args_dropped")) args_.resize(1);
  if (fault("hook_env_dropped")) env_.clear();
  if (fault("hook_env_inherited")) {
    for (char** entry = environ; *entry != nullptr; ++entry) env_.emplace_back(*entry);
  }
  argv_ = c_strings(args_);
  envp_ = c_strings(env_);
  if (hook.timeout && !fault("hook_timeout_ignored")) {
    constexpr long long kMax = std::numeric_limits<int>::max();
    timeout_ms_ = static_cast<int>(std::min<long long>(hook.timeout->count(), kMax / 1000) * 1000);
  }
}

std::vector<std::string> own_environment() {
  std::vector<std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) out.emplace_back(*entry);
  return out;
}

std::vector<HookPlan> plan_hooks(const std::vector<Hook>& hooks, const std::vector<std::string>& fallback_env) {
  std::vector<HookPlan> out;
  out.reserve(hooks.size());
  for (const Hook& hook : hooks) out.emplace_back(hook, fallback_env);
  if (fault("hooks_reversed")) std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace refrun
