#include "reference_runtime/wasm/lower.h"

#include <limits>

#include "reference_runtime/wasm/lower_tables.h"
#include "reference_runtime/wasm/parse.h"
#include "reference_runtime/wasm/trap.h"

namespace refrun::wasm {
namespace {

constexpr wabt::Index kMaxLocals = 50000;

std::vector<ValType> locals_of(const wabt::Func& func) {
  std::vector<ValType> types = type_from(func.decl.sig).params;
  std::uint64_t total = types.size();
  for (const auto& [type, count] : func.local_types.decls()) {
    total += count;
    if (total > kMaxLocals) throw LoadError("a function has more than 50000 locals");
    types.insert(types.end(), count, type_from(type));
  }
  return types;
}

/// The value as a 16-bit immediate of an instruction on i32 or i64.
std::optional<std::uint16_t> short_immediate(const Operands::Operand& operand) {
  if (operand.kind != Operands::Operand::Kind::constant) return std::nullopt;
  const std::int64_t value = operand.type == ValType::i32
                                 ? static_cast<std::int32_t>(static_cast<std::uint32_t>(operand.bits))
                                 : static_cast<std::int64_t>(operand.bits);
  using Short = std::numeric_limits<std::int16_t>;
  if (value < Short::min() || value > Short::max()) return std::nullopt;
  return static_cast<std::uint16_t>(static_cast<std::int16_t>(value));
}

Op immediate_form(Op op) { return static_cast<Op>(static_cast<std::uint16_t>(op) + 1); }
static_assert(static_cast<int>(Op::i32_add_k) == static_cast<int>(Op::i32_add) + 1);
static_assert(static_cast<int>(Op::i64_ge_u_k) == static_cast<int>(Op::i64_ge_u) + 1);

}  // namespace

FunctionLowering::FunctionLowering(const wabt::Module& tree, const wabt::Func& func, Module& module,
                                   std::deque<Code>& codes, Metering metering, Fusion fusion)
    : tree_(tree),
      func_(func),
      module_(module),
      codes_(codes),
      metering_(metering),
      fusion_(fusion),
      locals_(locals_of(func)),
      operands_(emitter_, locals_) {}

void FunctionLowering::lower_into(Code& code) {
  const FuncType type = type_from(func_.decl.sig);
  labels_.push_back({.kind = LabelKind::function, .type = type, .exprs = &func_.exprs, .next = func_.exprs.begin()});
  std::int64_t weight = 1;
  while (!labels_.empty()) {
    Label& label = labels_.back();
    if (dead_ || label.next == label.exprs->end()) {
      weight = labels_.front().weight;
      close();
      continue;
    }
    const wabt::Expr& expr = *label.next++;
    for (std::size_t i = labels_.size(); i-- > 0;) {
      if (labels_[i].kind != LabelKind::loop && labels_[i].kind != LabelKind::function) continue;
      ++labels_[i].weight;
      break;
    }
    step(expr);
  }
  code.instrs = emitter_.take();
  code.param_slots = type.param_slots();
  code.local_slots = operands_.local_slots();
  code.frame_slots = std::max(operands_.frame_slots(), type.result_slots());
  code.entry_weight = metering_ == Metering::on ? weight : 0;
}

Emitter::Position FunctionLowering::define(Op op, ValType type, std::uint16_t b, std::uint16_t c) {
  const std::uint16_t a = operands_.push(type);
  const Emitter::Position at = emitter_.emit({op, a, b, c});
  emitter_.defines_a();
  return at;
}

void FunctionLowering::step(const wabt::Expr& expr) {
  using wabt::ExprType;
  switch (expr.type()) {
    case ExprType::Nop:
      return;
    case ExprType::Unreachable:
      emitter_.emit({Op::unreachable, 0, 0, 0});
      dead_ = true;
      return;
    case ExprType::Block:
      return open(LabelKind::block, wabt::cast<wabt::BlockExpr>(&expr)->block);
    case ExprType::Loop:
      return open(LabelKind::loop, wabt::cast<wabt::LoopExpr>(&expr)->block);
    case ExprType::If:
      return lower_if(*wabt::cast<wabt::IfExpr>(&expr));
    case ExprType::Br:
      return lower_br(wabt::cast<wabt::BrExpr>(&expr)->var);
    case ExprType::BrIf:
      return lower_br_if(wabt::cast<wabt::BrIfExpr>(&expr)->var);
    case ExprType::BrTable:
      return lower_br_table(*wabt::cast<wabt::BrTableExpr>(&expr));
    case ExprType::Return:
      return lower_return();
    case ExprType::Call:
      return lower_call(tree_.GetFuncIndex(wabt::cast<wabt::CallExpr>(&expr)->var));
    case ExprType::CallIndirect:
      return lower_call_indirect(*wabt::cast<wabt::CallIndirectExpr>(&expr));
    case ExprType::Drop:
      operands_.pop();
      return;
    case ExprType::Select:
      return lower_select();
    case ExprType::LocalGet:
      return operands_.push_local(func_.GetLocalIndex(wabt::cast<wabt::LocalGetExpr>(&expr)->var));
    case ExprType::LocalSet:
      return operands_.assign_local(func_.GetLocalIndex(wabt::cast<wabt::LocalSetExpr>(&expr)->var), /*keep=*/false);
    case ExprType::LocalTee:
      return operands_.assign_local(func_.GetLocalIndex(wabt::cast<wabt::LocalTeeExpr>(&expr)->var), /*keep=*/true);
    case ExprType::GlobalGet:
      return lower_global_get(tree_.GetGlobalIndex(wabt::cast<wabt::GlobalGetExpr>(&expr)->var));
    case ExprType::GlobalSet:
      return lower_global_set(tree_.GetGlobalIndex(wabt::cast<wabt::GlobalSetExpr>(&expr)->var));
    case ExprType::Const:
      return lower_const(wabt::cast<wabt::ConstExpr>(&expr)->const_);
    case ExprType::Binary:
      return lower_scalar(wabt::cast<wabt::BinaryExpr>(&expr)->opcode);
    case ExprType::Compare:
      return lower_scalar(wabt::cast<wabt::CompareExpr>(&expr)->opcode);
    case ExprType::Unary:
      return lower_scalar(wabt::cast<wabt::UnaryExpr>(&expr)->opcode);
    case ExprType::Convert:
      return lower_scalar(wabt::cast<wabt::ConvertExpr>(&expr)->opcode);
    case ExprType::RefNull:
      return operands_.push_constant(type_from(wabt::cast<wabt::RefNullExpr>(&expr)->type), 0);
    case ExprType::RefIsNull: {
      const std::uint16_t from = operands_.take();
      define(Op::ref_is_null, ValType::i32, from, 0);
      return;
    }
    case ExprType::RefFunc: {
      const auto index = static_cast<std::int32_t>(tree_.GetFuncIndex(wabt::cast<wabt::RefFuncExpr>(&expr)->var));
      emitter_.emit(Instr::with_imm(Op::ref_func, operands_.push(ValType::funcref), index));
      emitter_.defines_a();
      return;
    }
    default:
      break;
  }
  if (step_memory(expr) || step_table(expr) || step_simd(expr)) return;
  throw LoadError(std::string("an instruction this engine does not know: ") + wabt::GetExprTypeName(expr));
}

void FunctionLowering::lower_scalar(wabt::Opcode opcode) {
  if (opcode == wabt::Opcode::I32Eqz) return lower_eqz(ValType::i32);
  if (opcode == wabt::Opcode::I64Eqz) return lower_eqz(ValType::i64);
  const ScalarOp* scalar = find_scalar(static_cast<wabt::Opcode::Enum>(opcode));
  if (!scalar) return lower_vector(opcode);
  switch (scalar->family) {
    case ScalarOp::Family::alu:
      return lower_alu(scalar->op, scalar->commutes);
    case ScalarOp::Family::compare:
      return lower_compare(scalar->op);
    case ScalarOp::Family::binary: {
      const Operands::Operand right = operands_.pop();
      const Operands::Operand left = operands_.pop();
      const std::uint16_t b = operands_.read(left);
      const std::uint16_t c = operands_.read(right);
      define(scalar->op, type_from(opcode.GetResultType()), b, c);
      return;
    }
    default: {
      const std::uint16_t b = operands_.take();
      define(scalar->op, type_from(opcode.GetResultType()), b, 0);
    }
  }
}

void FunctionLowering::lower_alu(Op op, bool commutes) {
  Operands::Operand right = operands_.pop();
  Operands::Operand left = operands_.pop();
  const ValType type = left.type;
  if (commutes && left.kind == Operands::Operand::Kind::constant) std::swap(left, right);
  if (const auto immediate = short_immediate(right)) {
    const std::uint16_t b = operands_.read(left);
    define(immediate_form(op), type, b, *immediate);
    return;
  }
  const std::uint16_t b = operands_.read(left);
  const std::uint16_t c = operands_.read(right);
  define(op, type, b, c);
}

void FunctionLowering::lower_compare(Op op) {
  Operands::Operand right = operands_.pop();
  Operands::Operand left = operands_.pop();
  if (left.kind == Operands::Operand::Kind::constant && right.kind != Operands::Operand::Kind::constant) {
    std::swap(left, right);
    op = find_compare(op)->swapped;
  }
  if (const auto immediate = short_immediate(right)) {
    const std::uint16_t b = operands_.read(left);
    define(immediate_form(op), ValType::i32, b, *immediate);
    return;
  }
  const std::uint16_t b = operands_.read(left);
  const std::uint16_t c = operands_.read(right);
  define(op, ValType::i32, b, c);
}

void FunctionLowering::lower_eqz(ValType type) {
  const Operands::Operand& top = operands_.top();
  if (top.kind == Operands::Operand::Kind::home && emitter_.has_definition() && emitter_.definition().a == top.home) {
    Instr& instr = emitter_.definition();
    if (const Compare* compare = find_compare(instr.op)) {
      instr.op = instr.op == compare->op ? compare->negated : find_compare(compare->negated)->op_k;
      return;
    }
  }
  operands_.push_constant(type, 0);
  lower_compare(type == ValType::i32 ? Op::i32_eq : Op::i64_eq);
}

void FunctionLowering::lower_const(const wabt::Const& value) {
  switch (value.type()) {
    case wabt::Type::I32:
      return operands_.push_constant(ValType::i32, value.u32());
    case wabt::Type::I64:
      return operands_.push_constant(ValType::i64, value.u64());
    case wabt::Type::F32:
      return operands_.push_constant(ValType::f32, value.f32_bits());
    case wabt::Type::F64:
      return operands_.push_constant(ValType::f64, value.f64_bits());
    default:
      break;
  }
  emitter_.emit({Op::const128, operands_.push(ValType::v128), 0, 0});
  emitter_.defines_a();
  emitter_.word(value.vec128().u64(0));
  emitter_.word(value.vec128().u64(1));
}

void FunctionLowering::lower_select() {
  const Operands::Operand condition = operands_.pop();
  const Operands::Operand otherwise = operands_.pop();
  const Operands::Operand chosen = operands_.pop();
  const std::uint16_t b = operands_.read(chosen);
  const std::uint16_t c = operands_.read(otherwise);
  const std::uint16_t slot = operands_.read(condition);
  define(chosen.type == ValType::v128 ? Op::select2 : Op::select, chosen.type, b, c);
  emitter_.word(slot);
}

void FunctionLowering::lower_global_get(std::uint32_t index) {
  const ValType type = module_.globals[index].type.type;
  const Op op = type == ValType::v128 ? Op::global_get2 : Op::global_get;
  emitter_.emit(Instr::with_imm(op, operands_.push(type), static_cast<std::int32_t>(index)));
  emitter_.defines_a();
}

void FunctionLowering::lower_global_set(std::uint32_t index) {
  const Op op = module_.globals[index].type.type == ValType::v128 ? Op::global_set2 : Op::global_set;
  emitter_.emit(Instr::with_imm(op, operands_.take(), static_cast<std::int32_t>(index)));
}

void FunctionLowering::lower_call(std::uint32_t index) {
  const FuncType& type = *module_.functions[index];
  operands_.settle_top(type.params.size());
  const std::size_t height = operands_.size() - type.params.size();
  const auto first =
      type.params.empty() ? operands_.next_home() : static_cast<std::uint16_t>(operands_.at(height).home);
  if (index < module_.imported_functions) {
    emitter_.emit(Instr::with_imm(Op::call_function, first, static_cast<std::int32_t>(index)));
  } else {
    emitter_.emit({Op::call, first, 0, 0});
    emitter_.word(reinterpret_cast<std::uint64_t>(&codes_[index - module_.imported_functions]));
  }
  emitter_.label();
  operands_.reset(height, type.results);
}

void FunctionLowering::lower_call_indirect(const wabt::CallIndirectExpr& expr) {
  const std::uint32_t type_index = tree_.GetFuncTypeIndex(expr.decl);
  const FuncType& type = *module_.types[type_index];
  const Operands::Operand index = operands_.pop();
  const std::uint16_t index_slot = operands_.read(index);
  operands_.settle_top(type.params.size());
  const std::size_t height = operands_.size() - type.params.size();
  const auto first =
      type.params.empty() ? operands_.next_home() : static_cast<std::uint16_t>(operands_.at(height).home);
  emitter_.emit({Op::call_indirect, first, index_slot, static_cast<std::uint16_t>(tree_.GetTableIndex(expr.table))});
  emitter_.word(type_index);
  emitter_.label();
  operands_.reset(height, type.results);
}

std::shared_ptr<const Module> load_module(std::string_view name, std::string_view bytes, Metering metering) {
  const std::unique_ptr<wabt::Module> tree = parse_module(name, bytes);
  auto module = std::make_shared<Module>();
  try {
    read_declarations(*tree, *module);
    const std::uint32_t imported = module->imported_functions;
    module->codes.resize(tree->funcs.size() - imported);
    for (std::uint32_t i = 0; i < module->codes.size(); ++i) {
      Code& code = module->codes[i];
      code.function = imported + i;
      const auto lower = [&](Fusion fusion) {
        FunctionLowering(*tree, *tree->funcs[imported + i], *module, module->codes, metering, fusion).lower_into(code);
      };
      try {
        lower(Fusion::on);
      } catch (const TooFar&) {
        lower(Fusion::off);
      }
    }
  } catch (const LoadError& e) {
    throw LoadError(std::string(name) + ": " + e.what());
  }
  return module;
}

}  // namespace refrun::wasm
