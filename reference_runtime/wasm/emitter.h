#pragma once

#include <stdexcept>
#include <vector>

#include "reference_runtime/wasm/instr.h"

namespace refrun::wasm {

/// A fused jump would have to go further than 32,767 words. The function is lowered again without fused jumps.
struct TooFar : std::exception {};

/// Appends code and remembers enough of the last instruction to improve it.
class Emitter {
 public:
  using Position = std::int32_t;

  Position emit(Instr instr);
  void word(std::uint64_t value) { code_.push_back(Instr::with_word(value)); }

  /// The instruction just emitted writes its result to field a. Until the next emit or label it may be redirected or
  /// fused.
  void defines_a() { last_definition_ = last_; }
  [[nodiscard]] bool has_definition() const { return last_definition_ >= 0; }
  [[nodiscard]] Instr& definition() { return code_[static_cast<std::size_t>(last_definition_)]; }
  /// Takes the defining instruction back.
  Instr retract_definition();

  /// A place that can be jumped to: nothing before it may be changed any more.
  Position label();
  [[nodiscard]] Position here() const { return static_cast<Position>(code_.size()); }
  /// Makes the jump at `site` go to `target`. Throws TooFar.
  void patch(Position site, Position target);
  [[nodiscard]] Instr& at(Position position) { return code_[static_cast<std::size_t>(position)]; }

  std::vector<Instr> take() { return std::move(code_); }

 private:
  std::vector<Instr> code_;
  Position last_ = -1;
  Position last_definition_ = -1;
};

}  // namespace refrun::wasm
