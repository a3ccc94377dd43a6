#include "reference_runtime/wasm/emitter.h"

#include <limits>

#include "reference_runtime/wasm/lower_tables.h"

namespace refrun::wasm {

Emitter::Position Emitter::emit(Instr instr) {
  last_ = here();
  last_definition_ = -1;
  code_.push_back(instr);
  return last_;
}

Instr Emitter::retract_definition() {
  const Instr instr = definition();
  code_.resize(static_cast<std::size_t>(last_definition_));
  last_ = -1;
  last_definition_ = -1;
  return instr;
}

Emitter::Position Emitter::label() {
  last_ = -1;
  last_definition_ = -1;
  return here();
}

void Emitter::patch(Position site, Position target) {
  Instr& jump = at(site);
  const std::int32_t distance = target - site;
  if (!is_fused_jump(jump.op)) {
    jump = Instr::with_imm(jump.op, jump.a, distance);
    return;
  }
  using Short = std::numeric_limits<std::int16_t>;
  if (distance < Short::min() || distance > Short::max()) throw TooFar();
  jump.c = static_cast<std::uint16_t>(static_cast<std::int16_t>(distance));
}

}  // namespace refrun::wasm
