#pragma once

#include "reference_runtime/wasm/instance.h"

namespace refrun::wasm::spec {

/// The "spectest" module that the core test suite imports from: print functions, globals of 666, a table, a memory.
class Spectest {
 public:
  explicit Spectest(Store& store);
  [[nodiscard]] std::optional<Extern> find(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, Extern>> items_;
};

}  // namespace refrun::wasm::spec
