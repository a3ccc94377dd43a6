#pragma once

#include <algorithm>
#include <span>

#include "reference_runtime/wasm/objects.h"

namespace refrun::wasm {

inline Trap table_fill(Table& table, std::uint32_t at, Slot value, std::uint32_t count) {
  if (!table.has(at, count)) return Trap::table_out_of_bounds;
  std::fill_n(table.items().begin() + at, count, value);
  return Trap::none;
}

/// Source and destination may overlap.
inline Trap table_copy(Table& to, std::uint32_t at, std::span<const Slot> from, std::uint32_t first,
                       std::uint32_t count) {
  if (!to.has(at, count) || std::uint64_t{first} + count > from.size()) return Trap::table_out_of_bounds;
  if (count != 0) std::memmove(to.items().data() + at, from.data() + first, count * sizeof(Slot));
  return Trap::none;
}

}  // namespace refrun::wasm
