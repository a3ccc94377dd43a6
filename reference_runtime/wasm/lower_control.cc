#include "reference_runtime/wasm/lower.h"
#include "reference_runtime/wasm/lower_tables.h"

namespace refrun::wasm {

FunctionLowering::Label& FunctionLowering::label_at(const wabt::Var& var) {
  return labels_[labels_.size() - 1 - var.index()];
}

void FunctionLowering::open(LabelKind kind, const wabt::Block& block) {
  Label label{.kind = kind, .type = type_from(block.decl.sig), .exprs = &block.exprs, .next = block.exprs.begin()};
  operands_.settle_locals();
  operands_.settle_top(label.type.params.size());
  label.height = operands_.size() - label.type.params.size();
  label.base_slot = label.type.params.empty() ? operands_.next_home() : operands_.at(label.height).home;
  label.head = emitter_.label();
  if (kind == LabelKind::loop && metering_ == Metering::on) emitter_.emit(Instr::with_imm(Op::loop_header, 0, 0));
  emitter_.label();
  labels_.push_back(std::move(label));
}

/// The operands of a then-branch are done; the else-branch starts with the parameters again.
void FunctionLowering::finish_then(Label& label) {
  if (!dead_) {
    operands_.settle_top(label.type.results.size());
    label.exits.push_back(emitter_.emit(Instr::with_imm(Op::br, 0, 0)));
    label.end_is_reached = true;
  }
  emitter_.patch(label.else_jump, emitter_.label());
  label.else_jump = -1;
  label.exprs = label.else_exprs;
  label.next = label.exprs->begin();
  label.else_exprs = nullptr;
  operands_.reset(label.height, label.type.params);
  dead_ = false;
}

void FunctionLowering::close() {
  Label& label = labels_.back();
  if (label.else_jump >= 0 && label.else_exprs) return finish_then(label);
  if (label.kind == LabelKind::function) {
    if (!dead_) emit_return();
    labels_.pop_back();
    return;
  }
  if (!dead_) {
    operands_.settle_top(label.type.results.size());
    label.end_is_reached = true;
  }
  const Emitter::Position end = emitter_.label();
  if (label.else_jump >= 0) {
    emitter_.patch(label.else_jump, end);
    label.end_is_reached = true;
  }
  for (Emitter::Position site : label.exits) {
    emitter_.patch(site, end);
    label.end_is_reached = true;
  }
  if (label.kind == LabelKind::loop && metering_ == Metering::on) {
    emitter_.at(label.head) = Instr::with_imm(Op::loop_header, 0, static_cast<std::int32_t>(label.weight));
  }
  operands_.reset(label.height, label.type.results);
  dead_ = !label.end_is_reached;
  labels_.pop_back();
}

void FunctionLowering::lower_if(const wabt::IfExpr& expr) {
  // The condition is read before the block's operands are settled: nothing that settles writes where it lies.
  Condition condition = take_condition();
  const std::size_t params = expr.true_.decl.sig.param_types.size();
  operands_.settle_locals();
  operands_.settle_top(params);
  const Emitter::Position site = emit_jump(negate(condition));
  open(LabelKind::if_, expr.true_);
  Label& label = labels_.back();
  label.else_jump = site;
  if (!expr.false_.empty()) label.else_exprs = &expr.false_;
}

bool FunctionLowering::results_in_place(const Label& label) const {
  const auto& types = label.kind == LabelKind::loop ? label.type.params : label.type.results;
  std::uint32_t target = label.base_slot;
  for (std::size_t i = operands_.size() - types.size(); i < operands_.size(); ++i) {
    if (!operands_.lies_at(i, target)) return false;
    target += slots_of(operands_.at(i).type);
  }
  return true;
}

void FunctionLowering::move_results(const Label& label) {
  // Targets never lie above the homes of the operands, so ascending order overwrites nothing that is still to be read.
  const auto& types = label.kind == LabelKind::loop ? label.type.params : label.type.results;
  std::uint32_t target = label.base_slot;
  for (std::size_t i = operands_.size() - types.size(); i < operands_.size(); ++i) {
    if (!operands_.lies_at(i, target)) operands_.copy_to(i, target);
    target += slots_of(operands_.at(i).type);
  }
}

void FunctionLowering::emit_return() {
  const std::vector<ValType>& results = labels_.front().type.results;
  if (results.empty()) {
    emitter_.emit({Op::ret0, 0, 0, 0});
  } else if (results.size() == 1) {
    const Operands::Operand result = operands_.top();
    const std::uint16_t slot = operands_.read(result);
    emitter_.emit({result.type == ValType::v128 ? Op::ret2 : Op::ret1, slot, 0, 0});
  } else {
    std::uint32_t slots = 0;
    for (ValType type : results) slots += slots_of(type);
    for (std::size_t i = operands_.size() - results.size(); i < operands_.size(); ++i)
      operands_.copy_to(i, operands_.at(i).home);
    const auto first = static_cast<std::uint16_t>(operands_.at(operands_.size() - results.size()).home);
    emitter_.emit(Instr::with_imm(Op::retn, first, static_cast<std::int32_t>(slots)));
  }
}

void FunctionLowering::link(Label& label, Emitter::Position site) {
  if (label.kind == LabelKind::loop) {
    if (metering_ == Metering::on) emitter_.at(site).op = back_form(emitter_.at(site).op);
    emitter_.patch(site, label.head);
  } else {
    label.exits.push_back(site);
  }
}

void FunctionLowering::jump_to(Label& label) {
  if (label.kind == LabelKind::function) return emit_return();
  move_results(label);
  link(label, emitter_.emit(Instr::with_imm(Op::br, 0, 0)));
}

void FunctionLowering::lower_br(const wabt::Var& var) {
  jump_to(label_at(var));
  dead_ = true;
}

void FunctionLowering::lower_return() {
  emit_return();
  dead_ = true;
}

FunctionLowering::Condition FunctionLowering::take_condition() {
  const Operands::Operand operand = operands_.pop();
  const bool fresh = operand.kind == Operands::Operand::Kind::home && emitter_.has_definition() &&
                     emitter_.definition().a == operand.home;
  if (fresh && fusion_ == Fusion::on) {
    if (const Compare* compare = find_compare(emitter_.definition().op)) {
      const Instr instr = emitter_.retract_definition();
      return {instr.op == compare->op ? compare->jump : compare->jump_k, instr.b, instr.c};
    }
  }
  return {Op::br_if, operands_.read(operand), 0};
}

FunctionLowering::Condition FunctionLowering::negate(const Condition& condition) {
  if (condition.op == Op::br_if) return {Op::br_unless, condition.a, condition.b};
  if (condition.op == Op::br_unless) return {Op::br_if, condition.a, condition.b};
  return {negated_jump(condition.op), condition.a, condition.b};
}

Emitter::Position FunctionLowering::emit_jump(const Condition& condition) {
  return emitter_.emit({condition.op, condition.a, condition.b, 0});
}

void FunctionLowering::lower_br_if(const wabt::Var& var) {
  const Condition condition = take_condition();
  Label& label = label_at(var);
  if (label.kind != LabelKind::function && results_in_place(label)) return link(label, emit_jump(condition));
  const Emitter::Position skip = emit_jump(negate(condition));
  jump_to(label);
  emitter_.patch(skip, emitter_.label());
}

void FunctionLowering::lower_br_table(const wabt::BrTableExpr& expr) {
  const std::uint16_t index = operands_.take();
  emitter_.emit(Instr::with_imm(Op::br_table, index, static_cast<std::int32_t>(expr.targets.size())));
  std::vector<wabt::Index> depths;
  for (const wabt::Var& target : expr.targets) depths.push_back(target.index());
  depths.push_back(expr.default_target.index());
  const Emitter::Position first = emitter_.here();
  for (std::size_t i = 0; i < depths.size(); ++i) emitter_.emit(Instr::with_imm(Op::br, 0, 0));
  // Where values must move, the entry goes to a stub behind the table; one per label is enough.
  std::unordered_map<wabt::Index, Emitter::Position> stubs;
  for (std::size_t i = 0; i < depths.size(); ++i) {
    const Emitter::Position site = first + static_cast<Emitter::Position>(i);
    Label& label = labels_[labels_.size() - 1 - depths[i]];
    if (label.kind != LabelKind::function && results_in_place(label)) {
      link(label, site);
      continue;
    }
    auto [it, is_new] = stubs.try_emplace(depths[i], emitter_.label());
    emitter_.patch(site, it->second);
    if (is_new) jump_to(label);
  }
  dead_ = true;
}

}  // namespace refrun::wasm
