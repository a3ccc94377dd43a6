#pragma once

#include <cstdint>
#include <cstring>

#include "reference_runtime/wasm/ops_scalar.h"

namespace refrun::wasm {

// Instructions that belong to no family. `imm` is the 32-bit immediate (fields b and c); "+ word" means that one more
// 8-byte word follows. Slots are numbered from the frame's base.
// The formatter never comes to rest on a comment beside each name.
// clang-format off
#define WASM_SPECIAL_OPS(X)                                                                                            \
  X(halt) /* the frame below the first call: the run is over */                                                        \
  X(unreachable)                                                                                                       \
  X(copy)      /* a = b */                                                                                             \
  X(copy2)     /* a = b, two slots */                                                                                  \
  X(const32)   /* a = imm, zero-extended */                                                                            \
  X(const64s)  /* a = imm, sign-extended to 64 bits */                                                                 \
  X(const64)   /* a = word */                                                                                          \
  X(const128)  /* a = two words */                                                                                     \
  X(br)        /* to pc + imm */                                                                                       \
  X(br_if)     /* a != 0: to pc + imm */                                                                               \
  X(br_unless) /* a == 0: to pc + imm */                                                                               \
  X(l_br)                                                                                                              \
  X(l_br_if)                                                                                                           \
  X(l_br_unless) /* the same, back to a metered loop header */                                                         \
  X(br_table)    /* a = index; imm = count; then count + 1 `br` */                                                     \
  X(loop_header) /* charge imm units of fuel */                                                                        \
  X(select)      /* a = slot(word) ? b : c */                                                                          \
  X(select2)     /* two slots */                                                                                       \
  X(ret0)                                                                                                              \
  X(ret1)                                                                                                              \
  X(ret2)                                                                                                              \
  X(retn)              /* imm slots from a on */                                                                       \
      X(call)          /* a = first argument; word = Code* */                                                          \
      X(call_function) /* a = first argument; imm = function index: imported */                                        \
      X(call_indirect) /* a = first argument, b = index; c = table; word = type index */                               \
      X(global_get) X(global_get2) X(global_set) X(global_set2) /* a = slot; imm = global */                           \
      X(far_address)                                            /* a = b + word, or trap where that leaves 32 bits */  \
      X(memory_size) X(memory_grow) X(memory_fill) X(memory_copy) /* a, b, c = operands */                             \
      X(memory_init)                                              /* a, b, c = operands; word = segment */             \
      X(data_drop)                                                /* imm = segment */                                  \
      X(table_get)                                                /* a = result, b = index; c = table */               \
      X(table_set)                                                /* a = index, b = value; c = table */                \
      X(table_size)                                               /* a = result; imm = table */                        \
      X(table_grow)                                               /* a = result, b = value, c = delta; word = table */ \
      X(table_fill)                                               /* a, b, c = operands; word = table */               \
      X(table_copy)                       /* a, b, c = operands; word = destination | source << 32 */                  \
      X(table_init)                       /* a, b, c = operands; word = table | segment << 32 */                       \
      X(elem_drop)                        /* imm = segment */                                                          \
      X(ref_func)                         /* a = result; imm = function */                                             \
      X(ref_is_null)                      /* a = result, b = reference */                                              \
      X(v_unary) X(v_binary) X(v_ternary) /* a = f(b, c, third); word = function; ternary: + word third */             \
      X(v_shift)                          /* a = f(b, i32 c); word = function */                                       \
      X(v_splat)                          /* a = f(scalar slot b); word = function */                                  \
      X(v_test)                           /* i32 a = f(b); word = function */                                          \
      X(v_extract)                        /* scalar a = f(b, lane c); word = function */                               \
      X(v_replace)                        /* a = f(b, scalar slot c); words = function, lane */                        \
      X(v_shuffle)                        /* a = b, c shuffled; words = lanes */                                       \
      X(v_load)                           /* a = f(memory at b + c); words = function, bytes */                        \
      X(v_store)                          /* memory at a + c = b */                                                    \
      X(v_load_lane)  /* a = c with a lane from memory at b; words = function, offset | lane << 32 | bytes << 40 */    \
      X(v_store_lane) /* memory at a = lane of b; words as above */

// clang-format on
enum class Op : std::uint16_t {
#define X(op) op,
  WASM_SPECIAL_OPS(X)
#undef X
#define X(op, ...) op, op##_k,
      WASM_INT_ALU(X)
#undef X
#define X(op, ...) op, op##_k, j_##op, jk_##op, l_##op, lk_##op,
          WASM_INT_COMPARE(X)
#undef X
#define X(op, ...) op,
              WASM_BINARY(X) WASM_UNARY(X) WASM_TRUNCATE(X) WASM_DIVIDE(X) WASM_LOAD(X) WASM_STORE(X)
#undef X
};

/// One 8-byte word of code: an operation with three 16-bit fields, or raw data that follows one.
struct Instr {
  Op op = Op::halt;
  std::uint16_t a = 0;
  std::uint16_t b = 0;
  std::uint16_t c = 0;

  [[nodiscard]] std::int32_t imm() const {
    std::int32_t value;
    std::memcpy(&value, reinterpret_cast<const char*>(this) + 4, sizeof value);
    return value;
  }
  [[nodiscard]] std::uint64_t word() const {
    std::uint64_t value;
    std::memcpy(&value, this, sizeof value);
    return value;
  }
  static Instr with_imm(Op op, std::uint16_t a, std::int32_t imm) {
    const auto bits = static_cast<std::uint32_t>(imm);
    return {op, a, static_cast<std::uint16_t>(bits), static_cast<std::uint16_t>(bits >> 16)};
  }
  static Instr with_word(std::uint64_t value) {
    Instr instr;
    std::memcpy(static_cast<void*>(&instr), &value, sizeof value);
    return instr;
  }
};
static_assert(sizeof(Instr) == 8);

}  // namespace refrun::wasm
