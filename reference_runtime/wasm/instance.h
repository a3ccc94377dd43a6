#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "reference_runtime/wasm/objects.h"

namespace refrun::wasm {

/// A module with its state. Owned by a Store, and moves never.
class Instance {
 public:
  [[nodiscard]] const Module& module() const { return *module_; }
  [[nodiscard]] std::optional<Extern> find_export(std::string_view name) const;
  /// The exported function of that name, or nullptr.
  [[nodiscard]] Function* find_function(std::string_view name) const;
  /// The module's start function, which is the embedder's to run before anything else; nullptr where there is none.
  [[nodiscard]] Function* start() const;
  /// The first memory; one of no pages where the module has none.
  [[nodiscard]] Memory& memory() const { return *memory_; }

  // For the interpreter.
  std::vector<Function*> functions = {};
  std::vector<Table*> tables = {};
  std::vector<Global*> globals = {};
  std::vector<std::vector<Slot>> elements = {};           // a dropped segment is empty
  std::vector<std::span<const std::uint8_t>> datas = {};  // likewise

 private:
  friend class Store;
  std::shared_ptr<const Module> module_;
  Memory* memory_ = nullptr;
};

/// Answers an import by its two names; nullopt where there is none.
using Imports = std::function<std::optional<Extern>(std::string_view module, std::string_view name)>;

/// Owns instances and everything they refer to. Confined to one thread at a time.
class Store {
 public:
  /// `memory` must outlive the store.
  explicit Store(MemorySource& memory) : source_(memory) {}

  /// Links, allocates and copies the active segments; does not run the start function. The instance stays in the store
  /// even when InstantiationTrap is thrown, as others may refer to it. Throws LinkError, InstantiationTrap, LoadError.
  Instance& instantiate(std::shared_ptr<const Module> module, const Imports& imports);

  Function& add_function(const FuncType& type, HostFunction host, void* context);
  Global& add_global(GlobalType type, const Value& value);
  Table& add_table(TableType type);
  Memory& add_memory(MemoryType type);

 private:
  void link(Instance& instance, const Imports& imports);
  void allocate(Instance& instance);
  static void initialise(Instance& instance);
  static Value evaluate(const Instance& instance, const InitExpr& init);

  MemorySource& source_;
  std::deque<Instance> instances_;
  std::deque<Function> functions_;
  std::deque<Global> globals_;
  std::deque<Table> tables_;
  std::deque<Memory> memories_;
};

/// Throws LinkError where an import is missing, without building anything: what `create` wants to know.
void check_imports(const Module& module,
                   const std::function<const FuncType*(std::string_view, std::string_view)>& find);

}  // namespace refrun::wasm
