#include "reference_runtime/wasm/simd.h"

#include <unordered_map>

#include "reference_runtime/wasm/simd_ops.h"
#include "reference_runtime/wasm/wabt_headers.h"

namespace refrun::wasm {
namespace {

using namespace simd;
using VectorFamily = VectorOp::Family;
using s8 = std::int8_t;
using u8 = std::uint8_t;
using s16 = std::int16_t;
using u16 = std::uint16_t;
using s32 = std::int32_t;
using u32 = std::uint32_t;
using s64 = std::int64_t;
using u64 = std::uint64_t;
using VectorOps = std::unordered_map<int, VectorOp>;
using O = wabt::Opcode;

constexpr auto kAdd = [](auto a, auto b) { return a + b; };
constexpr auto kSub = [](auto a, auto b) { return a - b; };
constexpr auto kMul = [](auto a, auto b) { return a * b; };
constexpr auto kMul16 = [](u16 a, u16 b) { return u32{a} * u32{b}; };
constexpr auto kDiv = [](auto a, auto b) { return a / b; };
constexpr auto kEq = [](auto a, auto b) { return a == b; };
constexpr auto kNe = [](auto a, auto b) { return a != b; };
constexpr auto kLt = [](auto a, auto b) { return a < b; };
constexpr auto kGt = [](auto a, auto b) { return a > b; };
constexpr auto kLe = [](auto a, auto b) { return a <= b; };
constexpr auto kGe = [](auto a, auto b) { return a >= b; };
constexpr auto kMin = [](auto a, auto b) { return std::min(a, b); };
constexpr auto kMax = [](auto a, auto b) { return std::max(a, b); };
constexpr auto kAverage = [](auto a, auto b) { return (a + b + 1) / 2; };
constexpr auto kNegate = [](auto a) { return decltype(a)(0) - a; };
constexpr auto kAbs = [](auto a) { return a >> (sizeof(a) * 8 - 1) ? decltype(a)(0) - a : a; };  // on unsigned lanes
constexpr auto kPopcount = [](u8 a) { return std::popcount(a); };
constexpr auto kShl = [](auto a, u32 n) { return a << n; };
constexpr auto kShr = [](auto a, u32 n) { return a >> n; };
constexpr auto kSame = [](auto a) { return a; };
constexpr auto kFloatMin = [](auto a, auto b) { return float_min(a, b); };
constexpr auto kFloatMax = [](auto a, auto b) { return float_max(a, b); };
constexpr auto kPseudoMin = [](auto a, auto b) { return b < a ? b : a; };
constexpr auto kPseudoMax = [](auto a, auto b) { return a < b ? b : a; };
constexpr auto kCeil = [](auto a) { return float_ceil(a); };
constexpr auto kFloor = [](auto a) { return float_floor(a); };
constexpr auto kTrunc = [](auto a) { return float_trunc(a); };
constexpr auto kNearest = [](auto a) { return float_nearest(a); };
constexpr auto kSqrt = [](auto a) { return std::sqrt(a); };
constexpr auto kAbsF32 = [](u32 a) { return a & 0x7fffffffU; };
constexpr auto kNegF32 = [](u32 a) { return a ^ 0x80000000U; };
constexpr auto kAbsF64 = [](u64 a) { return a & 0x7fffffffffffffffULL; };
constexpr auto kNegF64 = [](u64 a) { return a ^ 0x8000000000000000ULL; };
constexpr auto kToS32 = [](auto a) { return truncate_saturating<s32>(a); };
constexpr auto kToU32 = [](auto a) { return truncate_saturating<u32>(a); };
constexpr auto kNot = [](u64 a) { return ~a; };
constexpr auto kAnd = [](u64 a, u64 b) { return a & b; };
constexpr auto kAndNot = [](u64 a, u64 b) { return a & ~b; };
constexpr auto kOr = [](u64 a, u64 b) { return a | b; };
constexpr auto kXor = [](u64 a, u64 b) { return a ^ b; };

template <typename T>
T saturate(int value) {
  return static_cast<T>(std::clamp<int>(value, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
}
constexpr auto kAddSat = [](auto a, auto b) { return saturate<decltype(a)>(a + b); };
constexpr auto kSubSat = [](auto a, auto b) { return saturate<decltype(a)>(a - b); };
constexpr auto kQ15 = [](s16 a, s16 b) { return saturate<s16>((a * b + 0x4000) >> 15); };

V128 swizzle(const V128& x, const V128& picks) {
  const auto from = x.as<u8>();
  auto lanes = picks.as<u8>();
  for (u8& lane : lanes) lane = lane < 16 ? from[lane] : u8{0};
  return V128::of<u8>(lanes);
}

V128 bitselect(const V128& x, const V128& y, const V128& mask) {
  V128 out;
  for (std::size_t i = 0; i < 2; ++i) out.half[i] = (x.half[i] & mask.half[i]) | (y.half[i] & ~mask.half[i]);
  return out;
}

u32 any_true(const V128& x) { return (x.half[0] | x.half[1]) != 0; }

VectorOp unary(VectorUnary f) { return VectorOp::make(VectorFamily::unary, f); }
VectorOp binary(VectorBinary f) { return VectorOp::make(VectorFamily::binary, f); }
VectorOp shifting(VectorShift f) { return VectorOp::make(VectorFamily::shift, f); }
VectorOp test(VectorTest f) { return VectorOp::make(VectorFamily::test, f); }
VectorOp splatting(VectorSplat f) { return VectorOp::make(VectorFamily::splat, f); }
VectorOp extracting(VectorExtract f) { return VectorOp::make(VectorFamily::extract, f); }
VectorOp replacing(VectorReplace f) { return VectorOp::make(VectorFamily::replace, f); }
VectorOp load(VectorLoad f, u8 bytes) { return VectorOp::make(VectorFamily::load, f, bytes); }

const VectorOps& bits_and_lanes() {
  static const VectorOps table = {
      {O::V128Not, unary(map1<u64, kNot>)},
      {O::V128And, binary(map2<u64, kAnd>)},
      {O::V128Andnot, binary(map2<u64, kAndNot>)},
      {O::V128Or, binary(map2<u64, kOr>)},
      {O::V128Xor, binary(map2<u64, kXor>)},
      {O::V128BitSelect, VectorOp::make(VectorFamily::ternary, bitselect)},
      {O::V128AnyTrue, test(any_true)},
      {O::I8X16Swizzle, binary(swizzle)},
      {O::I8X16Splat, splatting(splat<u8>)},
      {O::I16X8Splat, splatting(splat<u16>)},
      {O::I32X4Splat, splatting(splat<u32>)},
      {O::I64X2Splat, splatting(splat<u64>)},
      {O::F32X4Splat, splatting(splat<u32>)},
      {O::F64X2Splat, splatting(splat<u64>)},
      {O::I8X16ExtractLaneS, extracting(extract<s8, s32>)},
      {O::I8X16ExtractLaneU, extracting(extract<u8, u32>)},
      {O::I16X8ExtractLaneS, extracting(extract<s16, s32>)},
      {O::I16X8ExtractLaneU, extracting(extract<u16, u32>)},
      {O::I32X4ExtractLane, extracting(extract<u32, u32>)},
      {O::I64X2ExtractLane, extracting(extract<u64, u64>)},
      {O::F32X4ExtractLane, extracting(extract<u32, u32>)},
      {O::F64X2ExtractLane, extracting(extract<u64, u64>)},
      {O::I8X16ReplaceLane, replacing(replace<u8>)},
      {O::I16X8ReplaceLane, replacing(replace<u16>)},
      {O::I32X4ReplaceLane, replacing(replace<u32>)},
      {O::I64X2ReplaceLane, replacing(replace<u64>)},
      {O::F32X4ReplaceLane, replacing(replace<u32>)},
      {O::F64X2ReplaceLane, replacing(replace<u64>)},
      {O::I8X16AllTrue, test(all_true<u8>)},
      {O::I16X8AllTrue, test(all_true<u16>)},
      {O::I32X4AllTrue, test(all_true<u32>)},
      {O::I64X2AllTrue, test(all_true<u64>)},
      {O::I8X16Bitmask, test(bitmask<s8>)},
      {O::I16X8Bitmask, test(bitmask<s16>)},
      {O::I32X4Bitmask, test(bitmask<s32>)},
      {O::I64X2Bitmask, test(bitmask<s64>)},
      {O::V128Load, load(load_all, 16)},
      {O::V128Load8X8S, load(load_extend<s16, s8>, 8)},
      {O::V128Load8X8U, load(load_extend<u16, u8>, 8)},
      {O::V128Load16X4S, load(load_extend<s32, s16>, 8)},
      {O::V128Load16X4U, load(load_extend<u32, u16>, 8)},
      {O::V128Load32X2S, load(load_extend<s64, s32>, 8)},
      {O::V128Load32X2U, load(load_extend<u64, u32>, 8)},
      {O::V128Load8Splat, load(load_splat<u8>, 1)},
      {O::V128Load16Splat, load(load_splat<u16>, 2)},
      {O::V128Load32Splat, load(load_splat<u32>, 4)},
      {O::V128Load64Splat, load(load_splat<u64>, 8)},
      {O::V128Load32Zero, load(load_zero<u32>, 4)},
      {O::V128Load64Zero, load(load_zero<u64>, 8)},
  };
  return table;
}

const VectorOps& integers() {
  static const VectorOps table = {
#define SIGNED_COMPARES(shape, s, u)                                                         \
  {O::shape##Eq, binary(compare<u, kEq>)}, {O::shape##Ne, binary(compare<u, kNe>)},          \
      {O::shape##LtS, binary(compare<s, kLt>)}, {O::shape##GtS, binary(compare<s, kGt>)},    \
      {O::shape##LeS, binary(compare<s, kLe>)}, {O::shape##GeS, binary(compare<s, kGe>)},    \
      {O::shape##Abs, unary(map1<u, kAbs>)}, {O::shape##Neg, unary(map1<u, kNegate>)},       \
      {O::shape##Add, binary(map2<u, kAdd>)}, {O::shape##Sub, binary(map2<u, kSub>)},        \
      {O::shape##Shl, shifting(shift<u, kShl>)}, {O::shape##ShrS, shifting(shift<s, kShr>)}, \
      {O::shape##ShrU, shifting(shift<u, kShr>)}
#define UNSIGNED_COMPARES(shape, s, u)                                                    \
  {O::shape##LtU, binary(compare<u, kLt>)}, {O::shape##GtU, binary(compare<u, kGt>)},     \
      {O::shape##LeU, binary(compare<u, kLe>)}, {O::shape##GeU, binary(compare<u, kGe>)}, \
      {O::shape##MinS, binary(map2<s, kMin>)}, {O::shape##MinU, binary(map2<u, kMin>)},   \
      {O::shape##MaxS, binary(map2<s, kMax>)}, {                                          \
    O::shape##MaxU, binary(map2<u, kMax>)                                                 \
  }
#define SATURATING(shape, s, u)                                                                       \
  {O::shape##AddSatS, binary(map2<s, kAddSat>)}, {O::shape##AddSatU, binary(map2<u, kAddSat>)},       \
      {O::shape##SubSatS, binary(map2<s, kSubSat>)}, {O::shape##SubSatU, binary(map2<u, kSubSat>)}, { \
    O::shape##AvgrU, binary(map2<u, kAverage>)                                                        \
  }
#define WIDENING(wide, narrow_shape, ws, wu, ns, nu)                                     \
  {O::wide##ExtendLow##narrow_shape##S, unary(convert<ws, ns, 0, kSame>)},               \
      {O::wide##ExtendHigh##narrow_shape##S, unary(convert<ws, ns, kLanes<ws>, kSame>)}, \
      {O::wide##ExtendLow##narrow_shape##U, unary(convert<wu, nu, 0, kSame>)},           \
      {O::wide##ExtendHigh##narrow_shape##U, unary(convert<wu, nu, kLanes<wu>, kSame>)}, \
      {O::wide##ExtmulLow##narrow_shape##S, binary(extmul<ws, ns, 0>)},                  \
      {O::wide##ExtmulHigh##narrow_shape##S, binary(extmul<ws, ns, kLanes<ws>>)},        \
      {O::wide##ExtmulLow##narrow_shape##U, binary(extmul<wu, nu, 0>)}, {                \
    O::wide##ExtmulHigh##narrow_shape##U, binary(extmul<wu, nu, kLanes<wu>>)             \
  }

      SIGNED_COMPARES(I8X16, s8, u8),
      UNSIGNED_COMPARES(I8X16, s8, u8),
      SATURATING(I8X16, s8, u8),
      SIGNED_COMPARES(I16X8, s16, u16),
      UNSIGNED_COMPARES(I16X8, s16, u16),
      SATURATING(I16X8, s16, u16),
      SIGNED_COMPARES(I32X4, s32, u32),
      UNSIGNED_COMPARES(I32X4, s32, u32),
      SIGNED_COMPARES(I64X2, s64, u64),
      WIDENING(I16X8, I8X16, s16, u16, s8, u8),
      WIDENING(I32X4, I16X8, s32, u32, s16, u16),
      WIDENING(I64X2, I32X4, s64, u64, s32, u32),
      {O::I8X16Popcnt, unary(map1<u8, kPopcount>)},
      {O::I16X8Mul, binary(map2<u16, kMul16>)},
      {O::I32X4Mul, binary(map2<u32, kMul>)},
      {O::I64X2Mul, binary(map2<u64, kMul>)},
      {O::I16X8Q15mulrSatS, binary(map2<s16, kQ15>)},
      {O::I32X4DotI16X8S, binary(dot)},
      {O::I8X16NarrowI16X8S, binary(narrow<s8, s16>)},
      {O::I8X16NarrowI16X8U, binary(narrow<u8, s16>)},
      {O::I16X8NarrowI32X4S, binary(narrow<s16, s32>)},
      {O::I16X8NarrowI32X4U, binary(narrow<u16, s32>)},
      {O::I16X8ExtaddPairwiseI8X16S, unary(extadd_pairwise<s16, s8>)},
      {O::I16X8ExtaddPairwiseI8X16U, unary(extadd_pairwise<u16, u8>)},
      {O::I32X4ExtaddPairwiseI16X8S, unary(extadd_pairwise<s32, s16>)},
      {O::I32X4ExtaddPairwiseI16X8U, unary(extadd_pairwise<u32, u16>)},
  };
  return table;
}

const VectorOps& floats() {
  static const VectorOps table = {
#define FLOATS(shape, f)                                                                          \
  {O::shape##Eq, binary(compare<f, kEq>)}, {O::shape##Ne, binary(compare<f, kNe>)},               \
      {O::shape##Lt, binary(compare<f, kLt>)}, {O::shape##Gt, binary(compare<f, kGt>)},           \
      {O::shape##Le, binary(compare<f, kLe>)}, {O::shape##Ge, binary(compare<f, kGe>)},           \
      {O::shape##Ceil, unary(map1<f, kCeil>)}, {O::shape##Floor, unary(map1<f, kFloor>)},         \
      {O::shape##Trunc, unary(map1<f, kTrunc>)}, {O::shape##Nearest, unary(map1<f, kNearest>)},   \
      {O::shape##Sqrt, unary(map1<f, kSqrt>)}, {O::shape##Add, binary(map2<f, kAdd>)},            \
      {O::shape##Sub, binary(map2<f, kSub>)}, {O::shape##Mul, binary(map2<f, kMul>)},             \
      {O::shape##Div, binary(map2<f, kDiv>)}, {O::shape##Min, binary(map2<f, kFloatMin>)},        \
      {O::shape##Max, binary(map2<f, kFloatMax>)}, {O::shape##PMin, binary(map2<f, kPseudoMin>)}, \
      {O::shape##PMax, binary(map2<f, kPseudoMax>)}

      FLOATS(F32X4, float),
      FLOATS(F64X2, double),
      {O::F32X4Abs, unary(map1<u32, kAbsF32>)},
      {O::F32X4Neg, unary(map1<u32, kNegF32>)},
      {O::F64X2Abs, unary(map1<u64, kAbsF64>)},
      {O::F64X2Neg, unary(map1<u64, kNegF64>)},
      {O::F32X4DemoteF64X2Zero, unary(convert<float, double, 0, kSame>)},
      {O::F64X2PromoteLowF32X4, unary(convert<double, float, 0, kSame>)},
      {O::F32X4ConvertI32X4S, unary(convert<float, s32, 0, kSame>)},
      {O::F32X4ConvertI32X4U, unary(convert<float, u32, 0, kSame>)},
      {O::F64X2ConvertLowI32X4S, unary(convert<double, s32, 0, kSame>)},
      {O::F64X2ConvertLowI32X4U, unary(convert<double, u32, 0, kSame>)},
      {O::I32X4TruncSatF32X4S, unary(convert<s32, float, 0, kToS32>)},
      {O::I32X4TruncSatF32X4U, unary(convert<u32, float, 0, kToU32>)},
      {O::I32X4TruncSatF64X2SZero, unary(convert<s32, double, 0, kToS32>)},
      {O::I32X4TruncSatF64X2UZero, unary(convert<u32, double, 0, kToU32>)},
  };
  return table;
}

}  // namespace

const VectorOp* find_vector(int wabt_opcode) {
  for (const VectorOps* table : {&bits_and_lanes(), &integers(), &floats()}) {
    if (const auto it = table->find(wabt_opcode); it != table->end()) return &it->second;
  }
  return nullptr;
}

V128 shuffle(const V128& x, const V128& y, const V128& lanes) {
  const auto low = x.as<u8>();
  const auto high = y.as<u8>();
  auto out = lanes.as<u8>();
  for (u8& lane : out) lane = lane < 16 ? low[lane] : high[lane & 15];
  return V128::of<u8>(out);
}

}  // namespace refrun::wasm
