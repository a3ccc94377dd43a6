#include "reference_runtime/wasm/trap.h"

namespace refrun::wasm {

std::string_view text_of(Trap trap) {
  switch (trap) {
    case Trap::none:
      return "no trap";
    case Trap::unreachable:
      return "unreachable";
    case Trap::memory_out_of_bounds:
      return "out of bounds memory access";
    case Trap::table_out_of_bounds:
      return "out of bounds table access";
    case Trap::divide_by_zero:
      return "integer divide by zero";
    case Trap::integer_overflow:
      return "integer overflow";
    case Trap::invalid_conversion:
      return "invalid conversion to integer";
    case Trap::undefined_element:
      return "undefined element";
    case Trap::uninitialized_element:
      return "uninitialized element";
    case Trap::signature_mismatch:
      return "indirect call type mismatch";
    case Trap::stack_exhausted:
      return "call stack exhausted";
    case Trap::out_of_fuel:
      return "out of fuel";
    case Trap::deadline:
      return "deadline reached";
    case Trap::host:
      return "host function failed";
  }
  return "unknown trap";
}

}  // namespace refrun::wasm
