#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrun::wasm {

/// One 64-bit cell of a frame. i32 and f32 are kept zero-extended; a v128 takes two cells, low half first.
/// A funcref is a `Function*` (null is 0), an externref whatever the embedder put there (null is 0).
using Slot = std::uint64_t;

enum class ValType : std::uint8_t { i32, i64, f32, f64, v128, funcref, externref };

constexpr std::uint32_t slots_of(ValType type) { return type == ValType::v128 ? 2 : 1; }
constexpr bool is_reference(ValType type) { return type == ValType::funcref || type == ValType::externref; }
std::string_view name_of(ValType type);

/// A value at the border between embedder and module.
struct Value {
  ValType type = ValType::i32;
  Slot low = 0;
  Slot high = 0;

  static Value i32(std::uint32_t v) { return {ValType::i32, v, 0}; }
  static Value i64(std::uint64_t v) { return {ValType::i64, v, 0}; }
  static Value f32(float v) { return {ValType::f32, std::bit_cast<std::uint32_t>(v), 0}; }
  static Value f64(double v) { return {ValType::f64, std::bit_cast<std::uint64_t>(v), 0}; }
  friend bool operator==(const Value&, const Value&) = default;
};

struct FuncType {
  std::vector<ValType> params = {};
  std::vector<ValType> results = {};

  [[nodiscard]] std::uint32_t param_slots() const;
  [[nodiscard]] std::uint32_t result_slots() const;
  friend bool operator==(const FuncType&, const FuncType&) = default;
  friend auto operator<=>(const FuncType&, const FuncType&) = default;
};

/// The one copy of `type` in this process: equal types have equal addresses, so a signature check is a compare.
/// Thread-safe.
const FuncType* intern(const FuncType& type);
/// "(i32, i64) -> (f32)"
std::string text_of(const FuncType& type);

struct Limits {
  std::uint32_t min = 0;
  std::optional<std::uint32_t> max = std::nullopt;

  /// The rule of import matching: `*this` is what is there, `wanted` what the import asks for.
  [[nodiscard]] bool satisfies(const Limits& wanted, std::uint32_t now) const;
};

struct TableType {
  ValType element = ValType::funcref;
  Limits limits = {};
};

struct MemoryType {
  Limits pages = {};
};

struct GlobalType {
  ValType type = ValType::i32;
  bool is_mutable = false;
  friend bool operator==(const GlobalType&, const GlobalType&) = default;
};

enum class ExternKind : std::uint8_t { function, table, memory, global };
std::string_view name_of(ExternKind kind);

constexpr std::uint64_t kPageBytes = 65536;
constexpr std::uint32_t kMaxPages = 65536;

}  // namespace refrun::wasm
