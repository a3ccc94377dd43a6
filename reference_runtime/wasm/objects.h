#pragma once

#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "reference_runtime/wasm/module.h"
#include "reference_runtime/wasm/region.h"
#include "reference_runtime/wasm/trap.h"
#include "reference_runtime/wasm/types.h"

namespace refrun::wasm {

class Instance;
class Execution;

/// What a host function answers.
enum class HostAnswer : std::uint8_t {
  done,     // results are in `args`
  trap,     // `trap` and `message` say why
  exit,     // the module is done: `exit_code`
  suspend,  // not ready: call again when resumed (nothing has happened yet)
};

/// One call from a module into the embedder.
struct HostCall {
  Instance& caller;
  Execution& execution;
  Slot* args = nullptr;  // parameters on entry, results on return; as many slots as the longer of the two
  std::uint32_t exit_code = 0;
  Trap trap = Trap::host;
  std::string message = {};
};

using HostFunction = HostAnswer (*)(void* context, HostCall& call);

/// A function of an instance, or of the embedder.
struct Function {
  const FuncType* type = nullptr;
  Instance* instance = nullptr;
  const Code* code = nullptr;
  HostFunction host = nullptr;
  void* context = nullptr;
  std::uint32_t param_slots = 0;
  std::uint32_t result_slots = 0;
};

class Memory {
 public:
  /// Throws LoadError where not even the minimum can be had.
  Memory(MemoryType type, MemorySource& source);

  [[nodiscard]] std::uint8_t* base() const { return base_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint32_t pages() const { return static_cast<std::uint32_t>(bytes_ / kPageBytes); }
  [[nodiscard]] const MemoryType& type() const { return type_; }
  [[nodiscard]] bool has(std::uint64_t offset, std::uint64_t length) const {
    return offset <= bytes_ && length <= bytes_ - offset;
  }
  /// The old size in pages, or -1 where the maximum or the system says no.
  std::int64_t grow(std::uint32_t delta);
  /// No growth beyond this many pages, whatever the module's own maximum says.
  void limit_pages(std::uint32_t pages) { page_limit_ = pages; }

 private:
  MemoryType type_;
  std::unique_ptr<Region> region_;
  std::uint8_t* base_ = nullptr;
  std::uint64_t bytes_ = 0;
  std::uint32_t page_limit_ = kMaxPages;
};

class Table {
 public:
  explicit Table(TableType type);

  [[nodiscard]] const TableType& type() const { return type_; }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(items_.size()); }
  [[nodiscard]] std::span<Slot> items() { return items_; }
  [[nodiscard]] bool has(std::uint64_t offset, std::uint64_t length) const {
    return offset <= items_.size() && length <= items_.size() - offset;
  }
  /// The old size, or -1 where the maximum, this engine's limit (10 million) or the system says no.
  std::int64_t grow(std::uint32_t delta, Slot value);

 private:
  TableType type_;
  std::vector<Slot> items_;
};

struct Global {
  GlobalType type = {};
  Slot slots[2] = {};

  [[nodiscard]] Value get() const { return {type.type, slots[0], slots[1]}; }
  void set(const Value& value) {
    slots[0] = value.low;
    slots[1] = value.high;
  }
};

using Extern = std::variant<Function*, Table*, Memory*, Global*>;
constexpr ExternKind kind_of(const Extern& item) { return static_cast<ExternKind>(item.index()); }

}  // namespace refrun::wasm
