#pragma once

// The scalar instructions, one line each. Three places expand these lists: the Op enumeration (instr.h), the table from
// wabt's opcodes (lower_tables.cc) and the handlers (interp.cc). In an expression `x` and `y` are the operands.

// X(op, wabt opcode, type, expression, commutes). Each has a form with a 16-bit immediate for y: op##_k.
#define WASM_INT_ALU(X)                                                 \
  X(i32_add, I32Add, std::uint32_t, x + y, true)                        \
  X(i32_sub, I32Sub, std::uint32_t, x - y, false)                       \
  X(i32_mul, I32Mul, std::uint32_t, x* y, true)                         \
  X(i32_and, I32And, std::uint32_t, x& y, true)                         \
  X(i32_or, I32Or, std::uint32_t, x | y, true)                          \
  X(i32_xor, I32Xor, std::uint32_t, x ^ y, true)                        \
  X(i32_shl, I32Shl, std::uint32_t, x << (y & 31), false)               \
  X(i32_shr_u, I32ShrU, std::uint32_t, x >> (y & 31), false)            \
  X(i32_shr_s, I32ShrS, std::int32_t, x >> (y & 31), false)             \
  X(i32_rotl, I32Rotl, std::uint32_t, std::rotl(x, int(y & 31)), false) \
  X(i32_rotr, I32Rotr, std::uint32_t, std::rotr(x, int(y & 31)), false) \
  X(i64_add, I64Add, std::uint64_t, x + y, true)                        \
  X(i64_sub, I64Sub, std::uint64_t, x - y, false)                       \
  X(i64_mul, I64Mul, std::uint64_t, x* y, true)                         \
  X(i64_and, I64And, std::uint64_t, x& y, true)                         \
  X(i64_or, I64Or, std::uint64_t, x | y, true)                          \
  X(i64_xor, I64Xor, std::uint64_t, x ^ y, true)                        \
  X(i64_shl, I64Shl, std::uint64_t, x << (y & 63), false)               \
  X(i64_shr_u, I64ShrU, std::uint64_t, x >> (y & 63), false)            \
  X(i64_shr_s, I64ShrS, std::int64_t, x >> (y & 63), false)             \
  X(i64_rotl, I64Rotl, std::uint64_t, std::rotl(x, int(y & 63)), false) \
  X(i64_rotr, I64Rotr, std::uint64_t, std::rotr(x, int(y & 63)), false)

// X(op, wabt opcode, type, expression, the negated comparison, the one with operands swapped). Besides op##_k each has
// fused jumps: j_ (registers), jk_ (immediate), and l_, lk_ for jumps back to a metered loop header.
#define WASM_INT_COMPARE(X)                                      \
  X(i32_eq, I32Eq, std::uint32_t, x == y, i32_ne, i32_eq)        \
  X(i32_ne, I32Ne, std::uint32_t, x != y, i32_eq, i32_ne)        \
  X(i32_lt_s, I32LtS, std::int32_t, x < y, i32_ge_s, i32_gt_s)   \
  X(i32_lt_u, I32LtU, std::uint32_t, x < y, i32_ge_u, i32_gt_u)  \
  X(i32_gt_s, I32GtS, std::int32_t, x > y, i32_le_s, i32_lt_s)   \
  X(i32_gt_u, I32GtU, std::uint32_t, x > y, i32_le_u, i32_lt_u)  \
  X(i32_le_s, I32LeS, std::int32_t, x <= y, i32_gt_s, i32_ge_s)  \
  X(i32_le_u, I32LeU, std::uint32_t, x <= y, i32_gt_u, i32_ge_u) \
  X(i32_ge_s, I32GeS, std::int32_t, x >= y, i32_lt_s, i32_le_s)  \
  X(i32_ge_u, I32GeU, std::uint32_t, x >= y, i32_lt_u, i32_le_u) \
  X(i64_eq, I64Eq, std::uint64_t, x == y, i64_ne, i64_eq)        \
  X(i64_ne, I64Ne, std::uint64_t, x != y, i64_eq, i64_ne)        \
  X(i64_lt_s, I64LtS, std::int64_t, x < y, i64_ge_s, i64_gt_s)   \
  X(i64_lt_u, I64LtU, std::uint64_t, x < y, i64_ge_u, i64_gt_u)  \
  X(i64_gt_s, I64GtS, std::int64_t, x > y, i64_le_s, i64_lt_s)   \
  X(i64_gt_u, I64GtU, std::uint64_t, x > y, i64_le_u, i64_lt_u)  \
  X(i64_le_s, I64LeS, std::int64_t, x <= y, i64_gt_s, i64_ge_s)  \
  X(i64_le_u, I64LeU, std::uint64_t, x <= y, i64_gt_u, i64_ge_u) \
  X(i64_ge_s, I64GeS, std::int64_t, x >= y, i64_lt_s, i64_le_s)  \
  X(i64_ge_u, I64GeU, std::uint64_t, x >= y, i64_lt_u, i64_le_u)

// X(op, wabt opcode, operand type, result type, expression)
#define WASM_BINARY(X)                                              \
  X(f32_add, F32Add, float, float, x + y)                           \
  X(f32_sub, F32Sub, float, float, x - y)                           \
  X(f32_mul, F32Mul, float, float, x* y)                            \
  X(f32_div, F32Div, float, float, x / y)                           \
  X(f32_min, F32Min, float, float, float_min(x, y))                 \
  X(f32_max, F32Max, float, float, float_max(x, y))                 \
  X(f32_copysign, F32Copysign, float, float, std::copysign(x, y))   \
  X(f64_add, F64Add, double, double, x + y)                         \
  X(f64_sub, F64Sub, double, double, x - y)                         \
  X(f64_mul, F64Mul, double, double, x* y)                          \
  X(f64_div, F64Div, double, double, x / y)                         \
  X(f64_min, F64Min, double, double, float_min(x, y))               \
  X(f64_max, F64Max, double, double, float_max(x, y))               \
  X(f64_copysign, F64Copysign, double, double, std::copysign(x, y)) \
  X(f32_eq, F32Eq, float, std::uint32_t, x == y)                    \
  X(f32_ne, F32Ne, float, std::uint32_t, x != y)                    \
  X(f32_lt, F32Lt, float, std::uint32_t, x < y)                     \
  X(f32_gt, F32Gt, float, std::uint32_t, x > y)                     \
  X(f32_le, F32Le, float, std::uint32_t, x <= y)                    \
  X(f32_ge, F32Ge, float, std::uint32_t, x >= y)                    \
  X(f64_eq, F64Eq, double, std::uint32_t, x == y)                   \
  X(f64_ne, F64Ne, double, std::uint32_t, x != y)                   \
  X(f64_lt, F64Lt, double, std::uint32_t, x < y)                    \
  X(f64_gt, F64Gt, double, std::uint32_t, x > y)                    \
  X(f64_le, F64Le, double, std::uint32_t, x <= y)                   \
  X(f64_ge, F64Ge, double, std::uint32_t, x >= y)

// X(op, wabt opcode, operand type, result type, expression)
#define WASM_UNARY(X)                                                                                   \
  X(i32_clz, I32Clz, std::uint32_t, std::uint32_t, std::uint32_t(std::countl_zero(x)))                  \
  X(i32_ctz, I32Ctz, std::uint32_t, std::uint32_t, std::uint32_t(std::countr_zero(x)))                  \
  X(i32_popcnt, I32Popcnt, std::uint32_t, std::uint32_t, std::uint32_t(std::popcount(x)))               \
  X(i64_clz, I64Clz, std::uint64_t, std::uint64_t, std::uint64_t(std::countl_zero(x)))                  \
  X(i64_ctz, I64Ctz, std::uint64_t, std::uint64_t, std::uint64_t(std::countr_zero(x)))                  \
  X(i64_popcnt, I64Popcnt, std::uint64_t, std::uint64_t, std::uint64_t(std::popcount(x)))               \
  X(i32_extend8_s, I32Extend8S, std::uint32_t, std::int32_t, std::int8_t(x))                            \
  X(i32_extend16_s, I32Extend16S, std::uint32_t, std::int32_t, std::int16_t(x))                         \
  X(i64_extend8_s, I64Extend8S, std::uint64_t, std::int64_t, std::int8_t(x))                            \
  X(i64_extend16_s, I64Extend16S, std::uint64_t, std::int64_t, std::int16_t(x))                         \
  X(i64_extend32_s, I64Extend32S, std::uint64_t, std::int64_t, std::int32_t(x))                         \
  X(i32_wrap_i64, I32WrapI64, std::uint64_t, std::uint32_t, std::uint32_t(x))                           \
  X(i64_extend_i32_s, I64ExtendI32S, std::int32_t, std::int64_t, x)                                     \
  X(i64_extend_i32_u, I64ExtendI32U, std::uint32_t, std::uint64_t, x)                                   \
  X(f32_abs, F32Abs, std::uint32_t, std::uint32_t, x & 0x7fffffffU)                                     \
  X(f32_neg, F32Neg, std::uint32_t, std::uint32_t, x ^ 0x80000000U)                                     \
  X(f32_ceil, F32Ceil, float, float, float_ceil(x))                                                     \
  X(f32_floor, F32Floor, float, float, float_floor(x))                                                  \
  X(f32_trunc, F32Trunc, float, float, float_trunc(x))                                                  \
  X(f32_nearest, F32Nearest, float, float, float_nearest(x))                                            \
  X(f32_sqrt, F32Sqrt, float, float, std::sqrt(x))                                                      \
  X(f64_abs, F64Abs, std::uint64_t, std::uint64_t, x & 0x7fffffffffffffffULL)                           \
  X(f64_neg, F64Neg, std::uint64_t, std::uint64_t, x ^ 0x8000000000000000ULL)                           \
  X(f64_ceil, F64Ceil, double, double, float_ceil(x))                                                   \
  X(f64_floor, F64Floor, double, double, float_floor(x))                                                \
  X(f64_trunc, F64Trunc, double, double, float_trunc(x))                                                \
  X(f64_nearest, F64Nearest, double, double, float_nearest(x))                                          \
  X(f64_sqrt, F64Sqrt, double, double, std::sqrt(x))                                                    \
  X(f32_convert_i32_s, F32ConvertI32S, std::int32_t, float, float(x))                                   \
  X(f32_convert_i32_u, F32ConvertI32U, std::uint32_t, float, float(x))                                  \
  X(f32_convert_i64_s, F32ConvertI64S, std::int64_t, float, float(x))                                   \
  X(f32_convert_i64_u, F32ConvertI64U, std::uint64_t, float, float(x))                                  \
  X(f64_convert_i32_s, F64ConvertI32S, std::int32_t, double, double(x))                                 \
  X(f64_convert_i32_u, F64ConvertI32U, std::uint32_t, double, double(x))                                \
  X(f64_convert_i64_s, F64ConvertI64S, std::int64_t, double, double(x))                                 \
  X(f64_convert_i64_u, F64ConvertI64U, std::uint64_t, double, double(x))                                \
  X(f32_demote_f64, F32DemoteF64, double, float, float(x))                                              \
  X(f64_promote_f32, F64PromoteF32, float, double, double(x))                                           \
  X(i32_reinterpret_f32, I32ReinterpretF32, std::uint32_t, std::uint32_t, x)                            \
  X(i64_reinterpret_f64, I64ReinterpretF64, std::uint64_t, std::uint64_t, x)                            \
  X(f32_reinterpret_i32, F32ReinterpretI32, std::uint32_t, std::uint32_t, x)                            \
  X(f64_reinterpret_i64, F64ReinterpretI64, std::uint64_t, std::uint64_t, x)                            \
  X(i32_trunc_sat_f32_s, I32TruncSatF32S, float, std::int32_t, truncate_saturating<std::int32_t>(x))    \
  X(i32_trunc_sat_f32_u, I32TruncSatF32U, float, std::uint32_t, truncate_saturating<std::uint32_t>(x))  \
  X(i32_trunc_sat_f64_s, I32TruncSatF64S, double, std::int32_t, truncate_saturating<std::int32_t>(x))   \
  X(i32_trunc_sat_f64_u, I32TruncSatF64U, double, std::uint32_t, truncate_saturating<std::uint32_t>(x)) \
  X(i64_trunc_sat_f32_s, I64TruncSatF32S, float, std::int64_t, truncate_saturating<std::int64_t>(x))    \
  X(i64_trunc_sat_f32_u, I64TruncSatF32U, float, std::uint64_t, truncate_saturating<std::uint64_t>(x))  \
  X(i64_trunc_sat_f64_s, I64TruncSatF64S, double, std::int64_t, truncate_saturating<std::int64_t>(x))   \
  X(i64_trunc_sat_f64_u, I64TruncSatF64U, double, std::uint64_t, truncate_saturating<std::uint64_t>(x))

// X(op, wabt opcode, operand type, result type): conversions that trap on NaN and out of range.
#define WASM_TRUNCATE(X)                                  \
  X(i32_trunc_f32_s, I32TruncF32S, float, std::int32_t)   \
  X(i32_trunc_f32_u, I32TruncF32U, float, std::uint32_t)  \
  X(i32_trunc_f64_s, I32TruncF64S, double, std::int32_t)  \
  X(i32_trunc_f64_u, I32TruncF64U, double, std::uint32_t) \
  X(i64_trunc_f32_s, I64TruncF32S, float, std::int64_t)   \
  X(i64_trunc_f32_u, I64TruncF32U, float, std::uint64_t)  \
  X(i64_trunc_f64_s, I64TruncF64S, double, std::int64_t)  \
  X(i64_trunc_f64_u, I64TruncF64U, double, std::uint64_t)

// X(op, wabt opcode, type, helper that returns a Trap)
#define WASM_DIVIDE(X)                            \
  X(i32_div_s, I32DivS, std::int32_t, divide)     \
  X(i32_div_u, I32DivU, std::uint32_t, divide)    \
  X(i32_rem_s, I32RemS, std::int32_t, remainder)  \
  X(i32_rem_u, I32RemU, std::uint32_t, remainder) \
  X(i64_div_s, I64DivS, std::int64_t, divide)     \
  X(i64_div_u, I64DivU, std::uint64_t, divide)    \
  X(i64_rem_s, I64RemS, std::int64_t, remainder)  \
  X(i64_rem_u, I64RemU, std::uint64_t, remainder)

// X(op, wabt opcode, type in memory, type on the stack)
#define WASM_LOAD(X)                                        \
  X(i32_load, I32Load, std::uint32_t, std::uint32_t)        \
  X(i64_load, I64Load, std::uint64_t, std::uint64_t)        \
  X(f32_load, F32Load, std::uint32_t, std::uint32_t)        \
  X(f64_load, F64Load, std::uint64_t, std::uint64_t)        \
  X(i32_load8_s, I32Load8S, std::int8_t, std::int32_t)      \
  X(i32_load8_u, I32Load8U, std::uint8_t, std::uint32_t)    \
  X(i32_load16_s, I32Load16S, std::int16_t, std::int32_t)   \
  X(i32_load16_u, I32Load16U, std::uint16_t, std::uint32_t) \
  X(i64_load8_s, I64Load8S, std::int8_t, std::int64_t)      \
  X(i64_load8_u, I64Load8U, std::uint8_t, std::uint64_t)    \
  X(i64_load16_s, I64Load16S, std::int16_t, std::int64_t)   \
  X(i64_load16_u, I64Load16U, std::uint16_t, std::uint64_t) \
  X(i64_load32_s, I64Load32S, std::int32_t, std::int64_t)   \
  X(i64_load32_u, I64Load32U, std::uint32_t, std::uint64_t)

// X(op, wabt opcode, type in memory)
#define WASM_STORE(X)                       \
  X(i32_store, I32Store, std::uint32_t)     \
  X(i64_store, I64Store, std::uint64_t)     \
  X(f32_store, F32Store, std::uint32_t)     \
  X(f64_store, F64Store, std::uint64_t)     \
  X(i32_store8, I32Store8, std::uint8_t)    \
  X(i32_store16, I32Store16, std::uint16_t) \
  X(i64_store8, I64Store8, std::uint8_t)    \
  X(i64_store16, I64Store16, std::uint16_t) \
  X(i64_store32, I64Store32, std::uint32_t)
