#pragma once

#include <optional>

#include "reference_runtime/wasm/instr.h"

namespace refrun::wasm {

/// How an opcode of wabt's (given by its enumerator) becomes ours.
struct ScalarOp {
  enum class Family : unsigned char { alu, compare, binary, unary, load, store };
  Family family = Family::unary;
  Op op = Op::halt;
  bool commutes = false;
};

/// nullptr for what is not a scalar operation.
const ScalarOp* find_scalar(int wabt_opcode);

/// An integer comparison and its relatives.
struct Compare {
  Op op, op_k, jump, jump_k, back, back_k;
  Op negated, swapped;  // as `op`
};
/// Found by `op` or by `op_k`; nullptr for anything else.
const Compare* find_compare(Op op);

bool is_fused_jump(Op op);
/// The form that goes back to a metered loop header, of a plain or fused jump.
Op back_form(Op jump);
/// The fused jump that is taken when this one is not.
Op negated_jump(Op jump);

}  // namespace refrun::wasm
