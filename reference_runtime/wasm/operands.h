#pragma once

#include <optional>
#include <vector>

#include "reference_runtime/wasm/emitter.h"
#include "reference_runtime/wasm/types.h"

namespace refrun::wasm {

/// The operand stack at lowering time. Every operand has a home slot in the frame, behind the locals; one that is a
/// local or a constant goes there only when it must ("settling"), so most local.get and const cost nothing.
class Operands {
 public:
  struct Operand {
    enum class Kind : std::uint8_t { home, local, constant };
    Kind kind = Kind::home;
    ValType type = ValType::i32;
    std::uint32_t home = 0;   // slot
    std::uint32_t local = 0;  // slot, for Kind::local
    Slot bits = 0;            // for Kind::constant; v128 is never one
  };

  /// `locals` are the types of parameters and locals. Throws LoadError where they do not fit into a frame.
  Operands(Emitter& emitter, const std::vector<ValType>& locals);

  [[nodiscard]] std::size_t size() const { return stack_.size(); }
  [[nodiscard]] const Operand& top() const { return stack_.back(); }
  [[nodiscard]] const Operand& at(std::size_t i) const { return stack_[i]; }
  [[nodiscard]] std::uint32_t frame_slots() const { return highest_; }
  /// The home that the next push would get.
  [[nodiscard]] std::uint16_t next_home() const;
  [[nodiscard]] std::uint32_t local_slots() const { return local_slots_; }

  /// Pushes a result that its instruction writes to its home, and returns that home.
  std::uint16_t push(ValType type);
  void push_local(std::uint32_t index);
  void push_constant(ValType type, Slot bits);
  Operand pop();
  /// The slot to read a popped operand from; a constant is written to its home first.
  std::uint16_t read(const Operand& operand);
  /// pop and read.
  std::uint16_t take() { return read(pop()); }

  /// Assigns the top to a local; with `keep`, it stays on the stack as that local (local.tee).
  void assign_local(std::uint32_t index, bool keep);

  /// Puts the topmost `count` operands into their homes.
  void settle_top(std::size_t count);
  /// Puts every operand that is a local into its home: before code that may change locals on some paths only.
  void settle_locals();
  /// Whether the operand at `i` already lies in slot `target`.
  [[nodiscard]] bool lies_at(std::size_t i, std::uint32_t target) const;
  /// Copies the operand at `i` to slot `target`.
  void copy_to(std::size_t i, std::uint32_t target);
  /// Forgets everything above `height`.
  void truncate(std::size_t height);
  /// Forgets everything above `height`, then pushes these as lying in their homes.
  void reset(std::size_t height, const std::vector<ValType>& types);

 private:
  struct Local {
    ValType type = ValType::i32;
    std::uint32_t slot = 0;
    std::uint32_t uses = 0;  // operands that are this local
  };
  Operand& push_operand(ValType type);
  void settle(Operand& operand);
  void emit_copy(ValType type, std::uint32_t to, std::uint32_t from);
  void emit_constant(ValType type, std::uint32_t to, Slot bits);

  Emitter& emitter_;
  std::vector<Local> locals_;
  std::vector<std::uint32_t> local_of_slot_;
  std::vector<Operand> stack_;
  std::size_t settled_ = 0;  // operands below this are no locals
  std::uint32_t local_slots_ = 0;
  std::uint32_t highest_ = 0;
};

}  // namespace refrun::wasm
