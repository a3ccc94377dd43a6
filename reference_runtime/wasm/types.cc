#include "reference_runtime/wasm/types.h"

#include <mutex>
#include <set>

namespace refrun::wasm {
namespace {

std::uint32_t count_slots(const std::vector<ValType>& types) {
  std::uint32_t total = 0;
  for (ValType type : types) total += slots_of(type);
  return total;
}

std::string list_of(const std::vector<ValType>& types) {
  std::string text = "(";
  for (ValType type : types) {
    if (text.size() > 1) text += ", ";
    text += name_of(type);
  }
  return text + ")";
}

}  // namespace

std::string_view name_of(ValType type) {
  constexpr std::string_view kNames[] = {"i32", "i64", "f32", "f64", "v128", "funcref", "externref"};
  return kNames[static_cast<std::size_t>(type)];
}

std::string_view name_of(ExternKind kind) {
  constexpr std::string_view kNames[] = {"function", "table", "memory", "global"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::uint32_t FuncType::param_slots() const { return count_slots(params); }
std::uint32_t FuncType::result_slots() const { return count_slots(results); }

const FuncType* intern(const FuncType& type) {
  static std::mutex mutex;
  static std::set<FuncType> types;
  const std::lock_guard lock(mutex);
  return &*types.insert(type).first;
}

std::string text_of(const FuncType& type) { return list_of(type.params) + " -> " + list_of(type.results); }

bool Limits::satisfies(const Limits& wanted, std::uint32_t now) const {
  if (now < wanted.min) return false;
  if (!wanted.max) return true;
  return max && *max <= *wanted.max;
}

}  // namespace refrun::wasm
