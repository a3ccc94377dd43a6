#pragma once

#include <memory>
#include <string>

#include "reference_runtime/exec/executor.h"
#include "reference_runtime/wasm/limits.h"

namespace refrun {

/// Runs a WASI command inside init. Its exit is the container's: proc_exit(n) ends the process with n, a return with 0,
/// a trap with 134 and one line on stderr. What is wrong with the module is found by prepare(), so `create` fails.
class WasmExecutor final : public Executor {
 public:
  [[nodiscard]] std::string_view name() const override { return "wasm"; }
  [[nodiscard]] bool accepts(const Config& config) const override;
  [[nodiscard]] std::string prepare(const Payload& payload) override;
  void run(const Payload& payload, Handover& handover) override;

 private:
  wasm::RunLimits limits_ = {};
  std::string allocator_ = "auto";
  std::shared_ptr<const wasm::Module> module_ = nullptr;
};

}  // namespace refrun
