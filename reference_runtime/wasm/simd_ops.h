#pragma once

// The vector operations as small templates over lanes. simd.cc names them, one line per opcode.

#include <algorithm>
#include <limits>
#include <type_traits>

#include "reference_runtime/wasm/numeric.h"
#include "reference_runtime/wasm/simd.h"

namespace refrun::wasm::simd {

template <typename T>
constexpr std::size_t kLanes = 16 / sizeof(T);

template <typename T, auto F>
V128 map1(const V128& x) {
  auto lanes = x.as<T>();
  for (T& lane : lanes) lane = static_cast<T>(F(lane));
  return V128::of<T>(lanes);
}

template <typename T, auto F>
V128 map2(const V128& x, const V128& y) {
  auto a = x.as<T>();
  const auto b = y.as<T>();
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<T>(F(a[i], b[i]));
  return V128::of<T>(a);
}

/// Comparisons give a lane of ones or of zeros.
template <typename T, auto F>
V128 compare(const V128& x, const V128& y) {
  using Mask = std::conditional_t<sizeof(T) == 1, std::uint8_t,
                                  std::conditional_t<sizeof(T) == 2, std::uint16_t,
                                                     std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>>;
  const auto a = x.as<T>();
  const auto b = y.as<T>();
  V128::Lanes<Mask> out = {};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = F(a[i], b[i]) ? std::numeric_limits<Mask>::max() : Mask{0};
  return V128::of<Mask>(out);
}

/// From lanes of In to lanes of Out, as many as both have, beginning at In's lane `First`; the rest is zero.
template <typename Out, typename In, std::size_t First, auto F>
V128 convert(const V128& x) {
  const auto in = x.as<In>();
  V128::Lanes<Out> out = {};
  // NOLINTNEXTLINE(bugprone-signed-char-misuse): to extend the sign is the instruction
  for (std::size_t i = 0; i < std::min(out.size(), in.size() - First); ++i) out[i] = static_cast<Out>(F(in[First + i]));
  return V128::of<Out>(out);
}

template <typename Out, typename In>
V128 narrow(const V128& x, const V128& y) {
  const auto a = x.as<In>();
  const auto b = y.as<In>();
  V128::Lanes<Out> out = {};
  const auto saturate = [](In v) {
    return static_cast<Out>(std::clamp<In>(v, std::numeric_limits<Out>::min(), std::numeric_limits<Out>::max()));
  };
  for (std::size_t i = 0; i < a.size(); ++i) {
    out[i] = saturate(a[i]);
    out[a.size() + i] = saturate(b[i]);
  }
  return V128::of<Out>(out);
}

template <typename Out, typename In, std::size_t First>
V128 extmul(const V128& x, const V128& y) {
  const auto a = x.as<In>();
  const auto b = y.as<In>();
  V128::Lanes<Out> out = {};
  for (std::size_t i = 0; i < out.size(); ++i) {
    // Wide enough that no product overflows, in particular not two uint16_t promoted to int.
    using Wide = std::conditional_t<std::is_signed_v<In>, std::int64_t, std::uint64_t>;
    out[i] = static_cast<Out>(Wide{a[First + i]} * Wide{b[First + i]});
  }
  return V128::of<Out>(out);
}

template <typename Out, typename In>
V128 extadd_pairwise(const V128& x) {
  const auto a = x.as<In>();
  V128::Lanes<Out> out = {};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<Out>(a[2 * i] + a[2 * i + 1]);
  return V128::of<Out>(out);
}

inline V128 dot(const V128& x, const V128& y) {
  const auto a = x.as<std::int16_t>();
  const auto b = y.as<std::int16_t>();
  V128::Lanes<std::uint32_t> out = {};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::uint32_t>(a[2 * i] * b[2 * i]) + static_cast<std::uint32_t>(a[2 * i + 1] * b[2 * i + 1]);
  }
  return V128::of<std::uint32_t>(out);
}

template <typename T, auto F>
V128 shift(const V128& x, std::uint32_t count) {
  auto lanes = x.as<T>();
  count &= sizeof(T) * 8 - 1;
  for (T& lane : lanes) lane = static_cast<T>(F(lane, count));
  return V128::of<T>(lanes);
}

template <typename T>
std::uint32_t all_true(const V128& x) {
  const auto lanes = x.as<T>();
  return std::all_of(lanes.begin(), lanes.end(), [](T lane) { return lane != 0; });
}

template <typename T>
std::uint32_t bitmask(const V128& x) {
  const auto lanes = x.as<T>();
  std::uint32_t mask = 0;
  for (std::size_t i = 0; i < lanes.size(); ++i) mask |= static_cast<std::uint32_t>(lanes[i] < 0) << i;
  return mask;
}

/// A scalar in a slot as lane type T: the low bytes.
template <typename T>
T lane_from(Slot slot) {
  T lane;
  std::memcpy(&lane, &slot, sizeof lane);
  return lane;
}

template <typename T>
V128 splat(Slot scalar) {
  V128::Lanes<T> lanes;
  lanes.fill(lane_from<T>(scalar));
  return V128::of<T>(lanes);
}

template <typename T, typename Widened>
Slot extract(const V128& x, unsigned lane) {
  const auto value = static_cast<Widened>(x.as<T>()[lane]);
  Slot slot = 0;
  std::memcpy(&slot, &value, sizeof value);
  return slot;
}

template <typename T>
V128 replace(const V128& x, Slot scalar, unsigned lane) {
  auto lanes = x.as<T>();
  lanes[lane] = lane_from<T>(scalar);
  return V128::of<T>(lanes);
}

inline V128 load_all(const std::uint8_t* memory) {
  V128 out;
  std::memcpy(out.half.data(), memory, 16);
  return out;
}

template <typename Out, typename In>
V128 load_extend(const std::uint8_t* memory) {
  std::array<In, 8 / sizeof(In)> in = {};
  std::memcpy(in.data(), memory, 8);
  V128::Lanes<Out> out = {};
  // NOLINTNEXTLINE(bugprone-signed-char-misuse): to extend the sign is the instruction
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<Out>(in[i]);
  return V128::of<Out>(out);
}

template <typename T>
V128 load_splat(const std::uint8_t* memory) {
  T value;
  std::memcpy(&value, memory, sizeof value);
  V128::Lanes<T> lanes;
  lanes.fill(value);
  return V128::of<T>(lanes);
}

template <typename T>
V128 load_zero(const std::uint8_t* memory) {
  V128::Lanes<T> lanes = {};
  std::memcpy(lanes.data(), memory, sizeof(T));
  return V128::of<T>(lanes);
}

}  // namespace refrun::wasm::simd
