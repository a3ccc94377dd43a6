#include "reference_runtime/wasm/objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>

namespace refrun::wasm {
namespace {

constexpr std::uint32_t kMaxTableItems = 10'000'000;

}  // namespace

Memory::Memory(MemoryType type, MemorySource& source) : type_(type) {
  const std::uint64_t most = std::uint64_t{type.pages.max.value_or(kMaxPages)} * kPageBytes;
  region_ = source.make_region(std::min<std::uint64_t>(most, kMaxPages * kPageBytes));
  const std::uint64_t bytes = std::uint64_t{type.pages.min} * kPageBytes;
  if (!region_ || (bytes != 0 && !region_->resize(bytes))) {
    throw LoadError(fmt::format("no memory for a linear memory of {} pages", type.pages.min));
  }
  base_ = region_->base();
  bytes_ = bytes;
}

std::int64_t Memory::grow(std::uint32_t delta) {
  const std::uint32_t old = pages();
  const std::uint32_t most = std::min({type_.pages.max.value_or(kMaxPages), kMaxPages, std::max(page_limit_, old)});
  if (delta > most - std::min(most, old)) return -1;
  if (delta == 0) return old;
  const std::uint64_t bytes = (std::uint64_t{old} + delta) * kPageBytes;
  if (!region_->resize(bytes)) return -1;
  base_ = region_->base();
  bytes_ = bytes;
  return old;
}

Table::Table(TableType type) : type_(type) {
  if (type.limits.min > kMaxTableItems) throw LoadError(fmt::format("a table of {} items is too big", type.limits.min));
  try {
    items_.resize(type.limits.min);
  } catch (const std::bad_alloc&) {
    throw LoadError(fmt::format("no memory for a table of {} items", type.limits.min));
  }
}

std::int64_t Table::grow(std::uint32_t delta, Slot value) {
  const std::uint32_t old = size();
  const std::uint32_t most = std::min(type_.limits.max.value_or(kMaxTableItems), kMaxTableItems);
  if (delta > most - std::min(most, old)) return -1;
  try {
    items_.resize(std::size_t{old} + delta, value);
  } catch (const std::bad_alloc&) {
    return -1;
  }
  return old;
}

}  // namespace refrun::wasm
