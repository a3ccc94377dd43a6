#include "reference_runtime/wasm/wasi/program.h"

#include "reference_runtime/wasm/wasi/imports.h"

namespace refrun::wasm::wasi {

void check_program(const Module& module) {
  check_imports(module, [](std::string_view from, std::string_view name) -> const FuncType* {
    const Import* import = find_import(from, name);
    return import ? intern(import->type) : nullptr;
  });
  const Module::Export* start = module.find_export("_start");
  if (!start || start->kind != ExternKind::function) throw LoadError("no exported function _start: not a WASI command");
  if (*module.functions[start->index] != FuncType{}) {
    throw LoadError("_start is " + text_of(*module.functions[start->index]) + ", not () -> ()");
  }
}

Program::Program(std::shared_ptr<const Module> module, MemorySource& memory, std::unique_ptr<World> world, Meter* meter)
    : world_(std::move(world)), store_(memory), execution_(meter) {
  try {
    instance_ = &store_.instantiate(std::move(module), import_into(store_, *world_));
  } catch (const InstantiationTrap& trap) {
    ending_ = {kTrapStatus, std::string(trap.what()) + " in an active segment"};
    return;
  }
  const Function* start = instance_->start();
  in_start_function_ = start != nullptr;
  execution_.call(start ? *start : *instance_->find_function("_start"), {});
}

Stop Program::run() {
  if (!instance_) return Stop::trapped;
  Stop stop = execution_.run();
  if (stop == Stop::finished && in_start_function_) {
    in_start_function_ = false;
    execution_.call(*instance_->find_function("_start"), {});
    stop = execution_.run();
  }
  return end(stop);
}

Stop Program::end(Stop stop) {
  if (stop == Stop::exited) ending_ = {static_cast<int>(execution_.exit_code() & 0xff), ""};
  if (stop == Stop::trapped) ending_ = {kTrapStatus, execution_.trap_text()};
  return stop;
}

}  // namespace refrun::wasm::wasi
