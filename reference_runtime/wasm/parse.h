#pragma once

#include <memory>
#include <string_view>

#include "reference_runtime/wasm/module.h"

namespace wabt {
struct Module;
}

namespace refrun::wasm {

/// wabt's tree of a module that parsed, resolved and validated. Throws LoadError with offset, or line and column for
/// text.
std::unique_ptr<wabt::Module> parse_module(std::string_view name, std::string_view bytes);

/// Everything but the code: types, index spaces, segments, names.
void read_declarations(const wabt::Module& from, Module& to);

}  // namespace refrun::wasm
