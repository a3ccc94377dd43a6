#include "reference_runtime/wasm/lower.h"
#include "reference_runtime/wasm/simd.h"
#include "reference_runtime/wasm/trap.h"

namespace refrun::wasm {
namespace {

std::uint64_t word_of(const VectorOp& op) { return reinterpret_cast<std::uint64_t>(op.function); }

const VectorOp& vector_op(wabt::Opcode opcode) {
  const VectorOp* op = find_vector(static_cast<wabt::Opcode::Enum>(opcode));
  if (!op) throw LoadError(std::string("an instruction this engine does not know: ") + opcode.GetName());
  return *op;
}

}  // namespace

void FunctionLowering::lower_vector(wabt::Opcode opcode) {
  const VectorOp& op = vector_op(opcode);
  const auto word = word_of(op);
  using Family = VectorOp::Family;
  switch (op.family) {
    case Family::unary: {
      const std::uint16_t b = operands_.take();
      define(Op::v_unary, ValType::v128, b, 0);
      return emitter_.word(word);
    }
    case Family::test: {
      const std::uint16_t b = operands_.take();
      define(Op::v_test, ValType::i32, b, 0);
      return emitter_.word(word);
    }
    case Family::splat: {
      const std::uint16_t b = operands_.take();
      define(Op::v_splat, ValType::v128, b, 0);
      return emitter_.word(word);
    }
    case Family::binary:
    case Family::shift: {
      const std::uint16_t c = operands_.take();
      const std::uint16_t b = operands_.take();
      define(op.family == Family::shift ? Op::v_shift : Op::v_binary, ValType::v128, b, c);
      return emitter_.word(word);
    }
    case Family::ternary: {
      const std::uint16_t third = operands_.take();
      const std::uint16_t c = operands_.take();
      const std::uint16_t b = operands_.take();
      define(Op::v_ternary, ValType::v128, b, c);
      emitter_.word(word);
      return emitter_.word(third);
    }
    default:
      throw LoadError(std::string("an instruction this engine does not know: ") + opcode.GetName());
  }
}

void FunctionLowering::lower_vector_load(wabt::Opcode opcode, std::uint64_t offset) {
  const VectorOp& op = vector_op(opcode);
  const std::uint16_t address = operands_.take();
  define(Op::v_load, ValType::v128, address, 0);
  emitter_.word(word_of(op));
  emitter_.word(offset | static_cast<std::uint64_t>(op.bytes) << 32);
}

void FunctionLowering::lower_lane_op(const wabt::SimdLaneOpExpr& expr) {
  const VectorOp& op = vector_op(expr.opcode);
  if (op.family == VectorOp::Family::extract) {
    const std::uint16_t b = operands_.take();
    define(Op::v_extract, type_from(expr.opcode.GetResultType()), b, static_cast<std::uint16_t>(expr.val));
    return emitter_.word(word_of(op));
  }
  const std::uint16_t c = operands_.take();
  const std::uint16_t b = operands_.take();
  define(Op::v_replace, ValType::v128, b, c);
  emitter_.word(word_of(op));
  emitter_.word(expr.val);
}

bool FunctionLowering::step_simd(const wabt::Expr& expr) {
  using wabt::ExprType;
  const auto lane_word = [](const auto& e) {
    return e.offset | e.val << 32 | static_cast<std::uint64_t>(e.opcode.GetMemorySize()) << 40;
  };
  switch (expr.type()) {
    case ExprType::Ternary:
      lower_vector(wabt::cast<wabt::TernaryExpr>(&expr)->opcode);
      return true;
    case ExprType::SimdLaneOp:
      lower_lane_op(*wabt::cast<wabt::SimdLaneOpExpr>(&expr));
      return true;
    case ExprType::LoadSplat: {
      const auto& load = *wabt::cast<wabt::LoadSplatExpr>(&expr);
      lower_vector_load(load.opcode, load.offset);
      return true;
    }
    case ExprType::LoadZero: {
      const auto& load = *wabt::cast<wabt::LoadZeroExpr>(&expr);
      lower_vector_load(load.opcode, load.offset);
      return true;
    }
    case ExprType::SimdShuffleOp: {
      const auto& value = wabt::cast<wabt::SimdShuffleOpExpr>(&expr)->val;
      const std::uint16_t c = operands_.take();
      const std::uint16_t b = operands_.take();
      define(Op::v_shuffle, ValType::v128, b, c);
      emitter_.word(value.u64(0));
      emitter_.word(value.u64(1));
      return true;
    }
    case ExprType::SimdLoadLane: {
      const auto& load = *wabt::cast<wabt::SimdLoadLaneExpr>(&expr);
      const std::uint16_t c = operands_.take();
      const std::uint16_t b = operands_.take();
      define(Op::v_load_lane, ValType::v128, b, c);
      emitter_.word(lane_word(load));
      return true;
    }
    case ExprType::SimdStoreLane: {
      const auto& store = *wabt::cast<wabt::SimdStoreLaneExpr>(&expr);
      const std::uint16_t b = operands_.take();
      const std::uint16_t a = operands_.take();
      emitter_.emit({Op::v_store_lane, a, b, 0});
      emitter_.word(lane_word(store));
      return true;
    }
    default:
      return false;
  }
}

}  // namespace refrun::wasm
