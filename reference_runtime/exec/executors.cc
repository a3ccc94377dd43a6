#include "reference_runtime/exec/executor.h"
#include "reference_runtime/exec/native.h"
#include "reference_runtime/exec/wasm.h"

namespace refrun {

std::unique_ptr<Executor> choose_executor(const Config& config) {
  std::unique_ptr<Executor> executors[] = {
      std::make_unique<WasmExecutor>(),
      std::make_unique<NativeExecutor>(),
  };
  for (auto& executor : executors) {
    if (executor->accepts(config)) return std::move(executor);
  }
  return nullptr;
}

}  // namespace refrun
