#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "reference_runtime/wasm/types.h"

namespace refrun::wasm {

/// A vector value as it lies in two slots.
struct V128 {
  std::array<Slot, 2> half = {};

  template <typename T>
  using Lanes = std::array<T, 16 / sizeof(T)>;
  template <typename T>
  [[nodiscard]] Lanes<T> as() const {
    return std::bit_cast<Lanes<T>>(half);
  }
  template <typename T>
  static V128 of(const Lanes<T>& lanes) {
    return {std::bit_cast<std::array<Slot, 2>>(lanes)};
  }
};

using VectorUnary = V128 (*)(const V128&);
using VectorBinary = V128 (*)(const V128&, const V128&);
using VectorTernary = V128 (*)(const V128&, const V128&, const V128&);
using VectorShift = V128 (*)(const V128&, std::uint32_t count);
using VectorTest = std::uint32_t (*)(const V128&);
using VectorSplat = V128 (*)(Slot scalar);
using VectorExtract = Slot (*)(const V128&, unsigned lane);
using VectorReplace = V128 (*)(const V128&, Slot scalar, unsigned lane);
/// Builds a vector from `bytes` bytes of memory, already checked.
using VectorLoad = V128 (*)(const std::uint8_t* memory);

struct VectorOp {
  enum class Family : std::uint8_t { unary, binary, ternary, shift, test, splat, extract, replace, load };
  Family family = Family::unary;
  std::uint8_t bytes = 0;        // loads
  void (*function)() = nullptr;  // one of the types above, by family

  template <typename F>
  static VectorOp make(Family family, F function, std::uint8_t bytes = 0) {
    return {family, bytes, reinterpret_cast<void (*)()>(function)};
  }
};

/// By the value of wabt's enumerator; nullptr where it is not a vector operation of these families.
const VectorOp* find_vector(int wabt_opcode);

/// The lanes of `x` and `y` together, picked by the 16 numbers in `lanes` (i8x16.shuffle).
V128 shuffle(const V128& x, const V128& y, const V128& lanes);

}  // namespace refrun::wasm
