#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace refrun::wasm {

/// Why a module was stopped. The texts are those of the core specification's test suite.
enum class Trap : std::uint8_t {
  none,
  unreachable,
  memory_out_of_bounds,
  table_out_of_bounds,
  divide_by_zero,
  integer_overflow,
  invalid_conversion,
  undefined_element,
  uninitialized_element,
  signature_mismatch,
  stack_exhausted,
  out_of_fuel,
  deadline,
  host,
};

std::string_view text_of(Trap trap);

/// A module that cannot be loaded, linked or instantiated. `what()` says why, and for a parse error at which offset.
class LoadError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An import that is missing or of the wrong kind or type.
class LinkError : public LoadError {
 public:
  using LoadError::LoadError;
};

/// A trap while a module's segments were being copied in.
class InstantiationTrap : public LoadError {
 public:
  explicit InstantiationTrap(Trap trap) : LoadError(std::string(text_of(trap))), trap_(trap) {}
  [[nodiscard]] Trap trap() const { return trap_; }

 private:
  Trap trap_;
};

}  // namespace refrun::wasm
