#include "reference_runtime/wasm/lower_tables.h"

#include <unordered_map>

#include "reference_runtime/wasm/wabt_headers.h"

namespace refrun::wasm {
namespace {

using Family = ScalarOp::Family;

const std::unordered_map<int, ScalarOp>& scalar_ops() {
  static const std::unordered_map<int, ScalarOp> table = {
#define X(name, wabt_name, type, expression, commutes) {wabt::Opcode::wabt_name, {Family::alu, Op::name, commutes}},
      WASM_INT_ALU(X)
#undef X
#define X(name, wabt_name, ...) {wabt::Opcode::wabt_name, {Family::compare, Op::name, false}},
          WASM_INT_COMPARE(X)
#undef X
#define X(name, wabt_name, ...) {wabt::Opcode::wabt_name, {Family::binary, Op::name, false}},
              WASM_BINARY(X) WASM_DIVIDE(X)
#undef X
#define X(name, wabt_name, ...) {wabt::Opcode::wabt_name, {Family::unary, Op::name, false}},
                  WASM_UNARY(X) WASM_TRUNCATE(X)
#undef X
#define X(name, wabt_name, ...) {wabt::Opcode::wabt_name, {Family::load, Op::name, false}},
                      WASM_LOAD(X)
#undef X
#define X(name, wabt_name, ...) {wabt::Opcode::wabt_name, {Family::store, Op::name, false}},
                          WASM_STORE(X)
#undef X
  };
  return table;
}

constexpr Compare kCompares[] = {
#define X(name, wabt_name, type, expression, negated, swapped) \
  {Op::name, Op::name##_k, Op::j_##name, Op::jk_##name, Op::l_##name, Op::lk_##name, Op::negated, Op::swapped},
    WASM_INT_COMPARE(X)
#undef X
};

}  // namespace

const ScalarOp* find_scalar(int wabt_opcode) {
  const auto it = scalar_ops().find(wabt_opcode);
  return it == scalar_ops().end() ? nullptr : &it->second;
}

const Compare* find_compare(Op op) {
  for (const Compare& c : kCompares) {
    if (c.op == op || c.op_k == op) return &c;
  }
  return nullptr;
}

bool is_fused_jump(Op op) {
  for (const Compare& c : kCompares) {
    if (c.jump == op || c.jump_k == op || c.back == op || c.back_k == op) return true;
  }
  return false;
}

Op back_form(Op jump) {
  switch (jump) {
    case Op::br:
      return Op::l_br;
    case Op::br_if:
      return Op::l_br_if;
    case Op::br_unless:
      return Op::l_br_unless;
    default:
      break;
  }
  for (const Compare& c : kCompares) {
    if (c.jump == jump) return c.back;
    if (c.jump_k == jump) return c.back_k;
  }
  return jump;
}

Op negated_jump(Op jump) {
  for (const Compare& c : kCompares) {
    if (c.jump == jump) return find_compare(c.negated)->jump;
    if (c.jump_k == jump) return find_compare(c.negated)->jump_k;
  }
  return jump;
}

}  // namespace refrun::wasm
