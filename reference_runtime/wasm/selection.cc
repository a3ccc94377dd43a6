#include "reference_runtime/wasm/selection.h"

namespace refrun::wasm {

bool asks_for_wasm(const std::map<std::string, std::string>& annotations, const std::string& program) {
  const auto value = [&](const char* key) {
    const auto it = annotations.find(key);
    return it == annotations.end() ? std::string() : it->second;
  };
  if (value("io.kubernetes.cri.container-type") == "sandbox") return false;
  const bool is_module = program.ends_with(".wasm") || program.ends_with(".wat");
  if (annotations.contains("run.oci.handler")) {
    const std::string handler = value("run.oci.handler");
    return handler == "wasm" || (handler == "wasm-smart" && is_module);
  }
  const std::string variant = value("module.wasm.image/variant");
  return variant == "compat" || (variant == "compat-smart" && is_module);
}

}  // namespace refrun::wasm
