#include "reference_runtime/wasm/module.h"

#include <fmt/format.h>

namespace refrun::wasm {

const Module::Export* Module::find_export(std::string_view name) const {
  for (const Export& e : exports) {
    if (e.name == name) return &e;
  }
  return nullptr;
}

std::string Module::function_name(std::uint32_t index) const {
  if (index < function_names.size() && !function_names[index].empty()) return function_names[index];
  return fmt::format("func[{}]", index);
}

}  // namespace refrun::wasm
