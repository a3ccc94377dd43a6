#pragma once

#include <vector>

#include "reference_runtime/wasm/emitter.h"
#include "reference_runtime/wasm/module.h"
#include "reference_runtime/wasm/operands.h"
#include "reference_runtime/wasm/wabt_headers.h"

namespace refrun::wasm {

/// Whether a comparison and the branch on it may become one instruction (which reaches 32,767 words).
enum class Fusion : std::uint8_t { off, on };

/// Turns one validated function of wabt's tree into code. The tree is walked without recursion; code that cannot be
/// reached is skipped. Use once.
class FunctionLowering {
 public:
  FunctionLowering(const wabt::Module& tree, const wabt::Func& func, Module& module, std::deque<Code>& codes,
                   Metering metering, Fusion fusion);
  /// Throws TooFar (only with Fusion::on), LoadError.
  void lower_into(Code& code);

 private:
  enum class LabelKind : std::uint8_t { function, block, loop, if_ };
  struct Label {
    LabelKind kind = LabelKind::block;
    std::size_t height = 0;       // operands below the block's parameters
    std::uint32_t base_slot = 0;  // home of the first parameter or result
    FuncType type = {};
    Emitter::Position head = 0;                 // loops: where to go back to
    std::vector<Emitter::Position> exits = {};  // jumps to the end, not yet patched
    Emitter::Position else_jump = -1;
    std::int64_t weight = 1;  // loops and functions: instructions in it, inner loops excluded
    const wabt::ExprList* else_exprs = nullptr;
    const wabt::ExprList* exprs = nullptr;
    wabt::ExprList::const_iterator next;
    bool end_is_reached = false;
  };
  /// A conditional jump that is still to be emitted.
  struct Condition {
    Op op = Op::br_if;
    std::uint16_t a = 0;
    std::uint16_t b = 0;
  };

  // control.cc
  void open(LabelKind kind, const wabt::Block& block);
  void close();
  void finish_then(Label& label);
  void lower_if(const wabt::IfExpr& expr);
  void lower_br(const wabt::Var& var);
  void lower_br_if(const wabt::Var& var);
  void lower_br_table(const wabt::BrTableExpr& expr);
  void lower_return();
  void jump_to(Label& label);
  void emit_return();
  void move_results(const Label& label);
  [[nodiscard]] bool results_in_place(const Label& label) const;
  Condition take_condition();
  [[nodiscard]] static Condition negate(const Condition& condition);
  Emitter::Position emit_jump(const Condition& condition);
  void link(Label& label, Emitter::Position site);
  Label& label_at(const wabt::Var& var);

  // lower.cc
  void step(const wabt::Expr& expr);
  void lower_scalar(wabt::Opcode opcode);
  void lower_alu(Op op, bool commutes);
  void lower_compare(Op op);
  void lower_eqz(ValType type);
  void lower_const(const wabt::Const& value);
  void lower_select();
  void lower_global_get(std::uint32_t index);
  void lower_global_set(std::uint32_t index);
  void lower_call(std::uint32_t index);
  void lower_call_indirect(const wabt::CallIndirectExpr& expr);
  Emitter::Position define(Op op, ValType type, std::uint16_t b, std::uint16_t c);

  // lower_memory.cc
  bool step_memory(const wabt::Expr& expr);
  /// Pops an address; returns the slot and the offset that fits the c field.
  std::pair<std::uint16_t, std::uint16_t> take_address(std::uint64_t offset);
  void lower_load(wabt::Opcode opcode, std::uint64_t offset);
  void lower_store(wabt::Opcode opcode, std::uint64_t offset);
  void emit_bulk(Op op);
  bool step_table(const wabt::Expr& expr);

  // lower_simd.cc
  bool step_simd(const wabt::Expr& expr);
  void lower_vector(wabt::Opcode opcode);
  void lower_vector_load(wabt::Opcode opcode, std::uint64_t offset);
  void lower_lane_op(const wabt::SimdLaneOpExpr& expr);

  const wabt::Module& tree_;
  const wabt::Func& func_;
  Module& module_;
  std::deque<Code>& codes_;
  Metering metering_;
  Fusion fusion_;
  Emitter emitter_;
  std::vector<ValType> locals_;
  Operands operands_;
  std::vector<Label> labels_;
  bool dead_ = false;
};

}  // namespace refrun::wasm
