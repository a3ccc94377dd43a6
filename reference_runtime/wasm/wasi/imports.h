#pragma once

#include <string_view>
#include <vector>

#include "reference_runtime/wasm/instance.h"
#include "reference_runtime/wasm/wasi/world.h"

namespace refrun::wasm::wasi {

constexpr std::string_view kModuleName = "wasi_snapshot_preview1";

struct Import {
  std::string_view name;
  FuncType type = {};
  HostFunction function = nullptr;  // its context is a World
};

/// All 46.
const std::vector<Import>& imports();
const Import* find_import(std::string_view module, std::string_view name);

/// For Store::instantiate: the functions, bound to `world`, which must outlive the instance.
Imports import_into(Store& store, World& world);

}  // namespace refrun::wasm::wasi
