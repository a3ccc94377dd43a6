#pragma once

// What the core specification wants of numbers and C++ does not give by itself (core spec, section 4.3).

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "reference_runtime/wasm/trap.h"

namespace refrun::wasm {

template <typename F>
F float_min(F x, F y) {
  if (std::isnan(x) || std::isnan(y)) return x + y;
  if (x == 0 && y == 0) return std::signbit(x) ? x : y;
  return x < y ? x : y;
}

template <typename F>
F float_max(F x, F y) {
  if (std::isnan(x) || std::isnan(y)) return x + y;
  if (x == 0 && y == 0) return std::signbit(x) ? y : x;
  return x > y ? x : y;
}

// Rounding must make a signalling NaN quiet; libm does not always.
template <typename F>
F float_ceil(F x) {
  return std::isnan(x) ? x + x : std::ceil(x);
}
template <typename F>
F float_floor(F x) {
  return std::isnan(x) ? x + x : std::floor(x);
}
template <typename F>
F float_trunc(F x) {
  return std::isnan(x) ? x + x : std::trunc(x);
}
template <typename F>
F float_nearest(F x) {
  return std::isnan(x) ? x + x : std::nearbyint(x);
}

/// Whether `x`, cut to an integer, is one of I.
template <typename I, typename F>
bool fits(F x) {
  // 2^N is exact in F for every I; the smallest signed value may lie between two values of F, so it is compared after
  // trunc.
  const F top = std::ldexp(F(1), std::numeric_limits<I>::digits);
  const F cut = std::trunc(x);
  return cut < top && cut >= (std::is_signed_v<I> ? -top : F(0));
}

template <typename I, typename F>
I truncate_saturating(F x) {
  if (std::isnan(x)) return 0;
  if (fits<I>(x)) return static_cast<I>(x);
  return x < 0 ? std::numeric_limits<I>::min() : std::numeric_limits<I>::max();
}

template <typename I, typename F>
Trap truncate(F x, I& out) {
  if (std::isnan(x)) return Trap::invalid_conversion;
  if (!fits<I>(x)) return Trap::integer_overflow;
  out = static_cast<I>(x);
  return Trap::none;
}

template <typename I>
Trap divide(I x, I y, I& out) {
  if (y == 0) return Trap::divide_by_zero;
  if constexpr (std::is_signed_v<I>) {
    if (x == std::numeric_limits<I>::min() && y == -1) return Trap::integer_overflow;
  }
  out = x / y;
  return Trap::none;
}

template <typename I>
Trap remainder(I x, I y, I& out) {
  if (y == 0) return Trap::divide_by_zero;
  if constexpr (std::is_signed_v<I>) {
    if (y == -1) {  // the hardware traps on min % -1, the specification says 0
      out = 0;
      return Trap::none;
    }
  }
  out = x % y;
  return Trap::none;
}

}  // namespace refrun::wasm
