#pragma once

#include "reference_runtime/exec/executor.h"

namespace refrun {

/// The payload is a program: execve(2), with execvp(3)'s way of finding it (config.md#process: "the same semantics as
/// execvp's file").
class NativeExecutor final : public Executor {
 public:
  [[nodiscard]] std::string_view name() const override { return "native"; }
  [[nodiscard]] bool accepts(const Config&) const override { return true; }
  [[nodiscard]] std::string prepare(const Payload& payload) override;
  void run(const Payload& payload, Handover& handover) override;

 private:
  std::vector<std::string> candidates_;  // in the order in which they are tried
  std::vector<char*> argv_;
  std::vector<char*> shell_argv_;  // "/bin/sh", candidate, arguments: for a script without an interpreter line
  std::vector<char*> envp_;
};

/// Where execvp(3) would look for `file`: itself when it has a slash, else each directory of PATH.
[[nodiscard]] std::vector<std::string> exec_candidates(const std::string& file, const std::vector<std::string>& env);

}  // namespace refrun
