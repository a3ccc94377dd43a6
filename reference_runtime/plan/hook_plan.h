#pragma once

#include <string>
#include <vector>

#include "reference_runtime/config/hooks_config.h"

namespace refrun {

/// A hook ready to be executed without allocating. The pointers are into this object's own strings.
class HookPlan {
 public:
  /// `fallback_env`: what a hook without `env` gets.
  HookPlan(const Hook& hook, const std::vector<std::string>& fallback_env);
  HookPlan(const HookPlan&) = delete;
  HookPlan& operator=(const HookPlan&) = delete;
  HookPlan(HookPlan&&) noexcept = default;  // moves vectors: their elements stay where they are
  HookPlan& operator=(HookPlan&&) noexcept = default;
  ~HookPlan() = default;

  [[nodiscard]] const char* path() const { return path_.c_str(); }
  [[nodiscard]] char* const* argv() const { return argv_.data(); }
  [[nodiscard]] char* const* envp() const { return envp_.data(); }
  [[nodiscard]] int timeout_ms() const { return timeout_ms_; }  // -1: none

 private:
  std::string path_;
  std::vector<std::string> args_;
  std::vector<std::string> env_;
  std::vector<char*> argv_;
  std::vector<char*> envp_;
  int timeout_ms_ = -1;
};

/// This process's own environment: for hooks in the runtime namespace that name none.
[[nodiscard]] std::vector<std::string> own_environment();

std::vector<HookPlan> plan_hooks(const std::vector<Hook>& hooks, const std::vector<std::string>& fallback_env);

/// runtime.md#state as text, cut where the pid goes: init learns its pid only after the clone.
struct StateText {
  std::string before_pid;
  std::string after_pid;
};

}  // namespace refrun
