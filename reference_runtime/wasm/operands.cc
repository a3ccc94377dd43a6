#include "reference_runtime/wasm/operands.h"

#include <algorithm>

#include "reference_runtime/wasm/trap.h"

namespace refrun::wasm {
namespace {

constexpr std::uint32_t kMaxFrameSlots = 65535;  // slots are numbered in 16 bits

}  // namespace

Operands::Operands(Emitter& emitter, const std::vector<ValType>& locals) : emitter_(emitter) {
  for (std::uint32_t i = 0; i < locals.size(); ++i) {
    locals_.push_back({locals[i], local_slots_, 0});
    local_of_slot_.insert(local_of_slot_.end(), slots_of(locals[i]), i);
    local_slots_ += slots_of(locals[i]);
  }
  highest_ = local_slots_;
}

std::uint16_t Operands::next_home() const {
  const std::uint32_t next = stack_.empty() ? local_slots_ : stack_.back().home + slots_of(stack_.back().type);
  return static_cast<std::uint16_t>(next);
}

Operands::Operand& Operands::push_operand(ValType type) {
  const std::uint32_t home = stack_.empty() ? local_slots_ : stack_.back().home + slots_of(stack_.back().type);
  highest_ = std::max(highest_, home + slots_of(type));
  if (highest_ > kMaxFrameSlots) throw LoadError("a function needs more than 65535 slots for locals and operands");
  stack_.push_back({.type = type, .home = home});
  return stack_.back();
}

std::uint16_t Operands::push(ValType type) { return static_cast<std::uint16_t>(push_operand(type).home); }

void Operands::push_local(std::uint32_t index) {
  Local& local = locals_[index];
  Operand& operand = push_operand(local.type);
  operand.kind = Operand::Kind::local;
  operand.local = local.slot;
  ++local.uses;
}

void Operands::push_constant(ValType type, Slot bits) {
  Operand& operand = push_operand(type);
  operand.kind = Operand::Kind::constant;
  operand.bits = bits;
}

Operands::Operand Operands::pop() {
  const Operand operand = stack_.back();
  stack_.pop_back();
  settled_ = std::min(settled_, stack_.size());
  if (operand.kind == Operand::Kind::local) --locals_[local_of_slot_[operand.local]].uses;
  return operand;
}

std::uint16_t Operands::read(const Operand& operand) {
  if (operand.kind == Operand::Kind::local) return static_cast<std::uint16_t>(operand.local);
  if (operand.kind == Operand::Kind::constant) emit_constant(operand.type, operand.home, operand.bits);
  return static_cast<std::uint16_t>(operand.home);
}

void Operands::assign_local(std::uint32_t index, bool keep) {
  // Whether the top is the result of the instruction just emitted must be known before anything else is emitted.
  const Operand value = pop();
  Local& local = locals_[index];
  const bool redirect = value.kind == Operand::Kind::home && local.uses == 0 && emitter_.has_definition() &&
                        emitter_.definition().a == value.home;
  if (local.uses != 0) {
    for (Operand& operand : stack_) {
      if (operand.kind == Operand::Kind::local && operand.local == local.slot) settle(operand);
    }
  }
  const auto slot = static_cast<std::uint16_t>(local.slot);
  if (redirect) {
    emitter_.definition().a = slot;
    emitter_.label();
  } else if (value.kind == Operand::Kind::constant) {
    emit_constant(value.type, slot, value.bits);
  } else if (value.kind == Operand::Kind::home || value.local != local.slot) {
    emit_copy(value.type, slot, value.kind == Operand::Kind::home ? value.home : value.local);
  }
  if (!keep) return;
  if (value.kind == Operand::Kind::constant) {
    push_constant(value.type, value.bits);
  } else {
    push_local(index);
  }
}

void Operands::settle(Operand& operand) {
  if (operand.kind == Operand::Kind::home) return;
  if (operand.kind == Operand::Kind::local) {
    --locals_[local_of_slot_[operand.local]].uses;
    emit_copy(operand.type, operand.home, operand.local);
  } else {
    emit_constant(operand.type, operand.home, operand.bits);
  }
  operand.kind = Operand::Kind::home;
}

void Operands::settle_top(std::size_t count) {
  for (std::size_t i = stack_.size() - count; i < stack_.size(); ++i) settle(stack_[i]);
}

void Operands::settle_locals() {
  for (std::size_t i = settled_; i < stack_.size(); ++i) {
    if (stack_[i].kind == Operand::Kind::local) settle(stack_[i]);
  }
  settled_ = stack_.size();
}

bool Operands::lies_at(std::size_t i, std::uint32_t target) const {
  return stack_[i].kind == Operand::Kind::home && stack_[i].home == target;
}

void Operands::copy_to(std::size_t i, std::uint32_t target) {
  const Operand& operand = stack_[i];
  switch (operand.kind) {
    case Operand::Kind::home:
      emit_copy(operand.type, target, operand.home);
      break;
    case Operand::Kind::local:
      emit_copy(operand.type, target, operand.local);
      break;
    case Operand::Kind::constant:
      emit_constant(operand.type, target, operand.bits);
      break;
  }
}

void Operands::truncate(std::size_t height) {
  while (stack_.size() > height) pop();
}

void Operands::reset(std::size_t height, const std::vector<ValType>& types) {
  truncate(height);
  for (ValType type : types) push(type);
}

void Operands::emit_copy(ValType type, std::uint32_t to, std::uint32_t from) {
  if (to == from) return;
  emitter_.emit({type == ValType::v128 ? Op::copy2 : Op::copy, static_cast<std::uint16_t>(to),
                 static_cast<std::uint16_t>(from), 0});
}

void Operands::emit_constant(ValType type, std::uint32_t to, Slot bits) {
  const auto slot = static_cast<std::uint16_t>(to);
  const auto low = static_cast<std::int32_t>(static_cast<std::uint32_t>(bits));
  if (slots_of(type) == 1 && bits <= 0xffffffffU) {
    emitter_.emit(Instr::with_imm(Op::const32, slot, low));
  } else if (static_cast<std::int64_t>(bits) == low) {
    emitter_.emit(Instr::with_imm(Op::const64s, slot, low));
  } else {
    emitter_.emit({Op::const64, slot, 0, 0});
    emitter_.word(bits);
  }
}

}  // namespace refrun::wasm
