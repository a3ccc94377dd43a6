#include "reference_runtime/wasm/lower.h"
#include "reference_runtime/wasm/lower_tables.h"

namespace refrun::wasm {

std::pair<std::uint16_t, std::uint16_t> FunctionLowering::take_address(std::uint64_t offset) {
  const Operands::Operand address = operands_.pop();
  const std::uint16_t slot = operands_.read(address);
  if (offset <= 0xffff) return {slot, static_cast<std::uint16_t>(offset)};
  const auto home = static_cast<std::uint16_t>(address.home);
  emitter_.emit({Op::far_address, home, slot, 0});
  emitter_.word(offset);
  return {home, std::uint16_t{0}};
}

void FunctionLowering::lower_load(wabt::Opcode opcode, std::uint64_t offset) {
  const ScalarOp* scalar = find_scalar(static_cast<wabt::Opcode::Enum>(opcode));
  if (!scalar) return lower_vector_load(opcode, offset);
  const auto [slot, near_offset] = take_address(offset);
  define(scalar->op, type_from(opcode.GetResultType()), slot, near_offset);
}

void FunctionLowering::lower_store(wabt::Opcode opcode, std::uint64_t offset) {
  const ScalarOp* scalar = find_scalar(static_cast<wabt::Opcode::Enum>(opcode));
  const Operands::Operand value = operands_.pop();
  const std::uint16_t b = operands_.read(value);
  const auto [slot, near_offset] = take_address(offset);
  emitter_.emit({scalar ? scalar->op : Op::v_store, slot, b, near_offset});
}

/// Three i32 (or reference) operands in a, b, c, in the order they were pushed.
void FunctionLowering::emit_bulk(Op op) {
  const Operands::Operand third = operands_.pop();
  const Operands::Operand second = operands_.pop();
  const Operands::Operand first = operands_.pop();
  const std::uint16_t a = operands_.read(first);
  const std::uint16_t b = operands_.read(second);
  const std::uint16_t c = operands_.read(third);
  emitter_.emit({op, a, b, c});
}

bool FunctionLowering::step_memory(const wabt::Expr& expr) {
  using wabt::ExprType;
  switch (expr.type()) {
    case ExprType::Load: {
      const auto& load = *wabt::cast<wabt::LoadExpr>(&expr);
      lower_load(load.opcode, load.offset);
      return true;
    }
    case ExprType::Store: {
      const auto& store = *wabt::cast<wabt::StoreExpr>(&expr);
      lower_store(store.opcode, store.offset);
      return true;
    }
    case ExprType::MemorySize:
      define(Op::memory_size, ValType::i32, 0, 0);
      return true;
    case ExprType::MemoryGrow: {
      const std::uint16_t delta = operands_.take();
      define(Op::memory_grow, ValType::i32, delta, 0);
      return true;
    }
    case ExprType::MemoryFill:
      emit_bulk(Op::memory_fill);
      return true;
    case ExprType::MemoryCopy:
      emit_bulk(Op::memory_copy);
      return true;
    case ExprType::MemoryInit:
      emit_bulk(Op::memory_init);
      emitter_.word(tree_.GetDataSegmentIndex(wabt::cast<wabt::MemoryInitExpr>(&expr)->var));
      return true;
    case ExprType::DataDrop: {
      const auto segment = tree_.GetDataSegmentIndex(wabt::cast<wabt::DataDropExpr>(&expr)->var);
      emitter_.emit(Instr::with_imm(Op::data_drop, 0, static_cast<std::int32_t>(segment)));
      return true;
    }
    default:
      return false;
  }
}

bool FunctionLowering::step_table(const wabt::Expr& expr) {
  using wabt::ExprType;
  switch (expr.type()) {
    case ExprType::TableGet: {
      const auto table = tree_.GetTableIndex(wabt::cast<wabt::TableGetExpr>(&expr)->var);
      const std::uint16_t index = operands_.take();
      define(Op::table_get, module_.tables[table].element, index, static_cast<std::uint16_t>(table));
      return true;
    }
    case ExprType::TableSet: {
      const auto table = tree_.GetTableIndex(wabt::cast<wabt::TableSetExpr>(&expr)->var);
      const Operands::Operand value = operands_.pop();
      const Operands::Operand index = operands_.pop();
      const std::uint16_t a = operands_.read(index);
      const std::uint16_t b = operands_.read(value);
      emitter_.emit({Op::table_set, a, b, static_cast<std::uint16_t>(table)});
      return true;
    }
    case ExprType::TableSize: {
      const auto table = tree_.GetTableIndex(wabt::cast<wabt::TableSizeExpr>(&expr)->var);
      emitter_.emit(Instr::with_imm(Op::table_size, operands_.push(ValType::i32), static_cast<std::int32_t>(table)));
      emitter_.defines_a();
      return true;
    }
    case ExprType::TableGrow: {
      const auto table = tree_.GetTableIndex(wabt::cast<wabt::TableGrowExpr>(&expr)->var);
      const Operands::Operand delta = operands_.pop();
      const Operands::Operand value = operands_.pop();
      const std::uint16_t b = operands_.read(value);
      const std::uint16_t c = operands_.read(delta);
      define(Op::table_grow, ValType::i32, b, c);
      emitter_.word(table);
      return true;
    }
    case ExprType::TableFill:
      emit_bulk(Op::table_fill);
      emitter_.word(tree_.GetTableIndex(wabt::cast<wabt::TableFillExpr>(&expr)->var));
      return true;
    case ExprType::TableCopy: {
      const auto& copy = *wabt::cast<wabt::TableCopyExpr>(&expr);
      emit_bulk(Op::table_copy);
      emitter_.word(tree_.GetTableIndex(copy.dst_table) |
                    static_cast<std::uint64_t>(tree_.GetTableIndex(copy.src_table)) << 32);
      return true;
    }
    case ExprType::TableInit: {
      const auto& init = *wabt::cast<wabt::TableInitExpr>(&expr);
      emit_bulk(Op::table_init);
      emitter_.word(tree_.GetTableIndex(init.table_index) |
                    static_cast<std::uint64_t>(tree_.GetElemSegmentIndex(init.segment_index)) << 32);
      return true;
    }
    case ExprType::ElemDrop: {
      const auto segment = tree_.GetElemSegmentIndex(wabt::cast<wabt::ElemDropExpr>(&expr)->var);
      emitter_.emit(Instr::with_imm(Op::elem_drop, 0, static_cast<std::int32_t>(segment)));
      return true;
    }
    default:
      return false;
  }
}

}  // namespace refrun::wasm
