#pragma once

#include <functional>
#include <memory>
#include <string>

#include "reference_runtime/wasm/execution.h"
#include "reference_runtime/wasm/wasi/world.h"

namespace refrun::wasm::wasi {

/// How a program ended, as a process would say it.
struct Ending {
  int status = 0;         // proc_exit's low 8 bits; 0 for a return; 134 for a trap, as for a process that aborted
  std::string trap = {};  // "unreachable in main", or empty
};
constexpr int kTrapStatus = 134;

/// Everything that `create` can find wrong: imports that are not WASI's, no `_start`. Throws LoadError.
void check_program(const Module& module);

/// A WASI command: its instance, its world, and one run through its start function and `_start`.
class Program {
 public:
  /// `module` has been checked. Throws LoadError (a memory that cannot be had). A trap in an active segment is an
  /// ending, not an error.
  Program(std::shared_ptr<const Module> module, MemorySource& memory, std::unique_ptr<World> world,
          Meter* meter = nullptr);

  /// One slice; see Stop. After `finished`, `trapped` or `exited` there is an ending.
  Stop run();
  [[nodiscard]] const Ending& ending() const { return ending_; }
  [[nodiscard]] const std::shared_ptr<Awaitable>& awaited() const { return execution_.awaited(); }
  [[nodiscard]] World& world() { return *world_; }
  [[nodiscard]] Instance* instance() const { return instance_; }

 private:
  Stop end(Stop stop);

  std::unique_ptr<World> world_;
  Store store_;
  Instance* instance_ = nullptr;
  Execution execution_;
  bool in_start_function_ = false;
  Ending ending_ = {};
};

}  // namespace refrun::wasm::wasi
