// The one file that is C++17: wabt's interpreter headers are not valid C++20.

#include "reference_runtime/wasm/validate_binary.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
#include <wabt/binary-reader.h>
#include <wabt/interp/binary-reader-interp.h>
#pragma GCC diagnostic pop

namespace refrun::wasm {

bool is_valid_binary(std::string_view bytes, std::size_t& where, std::string& what) {
  wabt::Errors errors;
  wabt::interp::ModuleDesc unused;
  const wabt::ReadBinaryOptions options;
  if (Succeeded(wabt::interp::ReadBinaryInterp("module", bytes.data(), bytes.size(), options, &errors, &unused)))
    return true;
  where = errors.empty() ? 0 : errors.front().loc.offset;
  what = errors.empty() ? "not a valid module" : errors.front().message;
  return false;
}

}  // namespace refrun::wasm
