#include "reference_runtime/wasm/instance.h"

#include <fmt/format.h>

#include <algorithm>

namespace refrun::wasm {
namespace {

[[noreturn]] void refuse(const Module::Import& import, std::string_view why) {
  throw LinkError(fmt::format("import {}.{}: {}", import.module, import.name, why));
}

void check_function(const Module& module, const Module::Import& import, const FuncType* found) {
  const FuncType* wanted = module.functions[import.index];
  if (found != wanted) {
    refuse(import, fmt::format("incompatible import type: wanted {}, found {}", text_of(*wanted), text_of(*found)));
  }
}

}  // namespace

std::optional<Extern> Instance::find_export(std::string_view name) const {
  const Module::Export* found = module_->find_export(name);
  if (!found) return std::nullopt;
  switch (found->kind) {
    case ExternKind::function:
      return functions[found->index];
    case ExternKind::table:
      return tables[found->index];
    case ExternKind::memory:
      return memory_;
    case ExternKind::global:
      return globals[found->index];
  }
  return std::nullopt;
}

Function* Instance::find_function(std::string_view name) const {
  const auto found = find_export(name);
  return found && kind_of(*found) == ExternKind::function ? std::get<Function*>(*found) : nullptr;
}

Function* Instance::start() const { return module_->start ? functions[*module_->start] : nullptr; }

Function& Store::add_function(const FuncType& type, HostFunction host, void* context) {
  functions_.push_back({.type = intern(type),
                        .host = host,
                        .context = context,
                        .param_slots = type.param_slots(),
                        .result_slots = type.result_slots()});
  return functions_.back();
}

Global& Store::add_global(GlobalType type, const Value& value) {
  globals_.push_back({type, {value.low, value.high}});
  return globals_.back();
}

Table& Store::add_table(TableType type) { return tables_.emplace_back(type); }
Memory& Store::add_memory(MemoryType type) { return memories_.emplace_back(type, source_); }

Instance& Store::instantiate(std::shared_ptr<const Module> module, const Imports& imports) {
  Instance& instance = instances_.emplace_back();
  instance.module_ = std::move(module);
  link(instance, imports);
  allocate(instance);
  initialise(instance);
  return instance;
}

void Store::link(Instance& instance, const Imports& imports) {
  const Module& module = instance.module();
  for (const Module::Import& import : module.imports) {
    const auto found = imports(import.module, import.name);
    if (!found) refuse(import, "unknown import");
    if (kind_of(*found) != import.kind) {
      refuse(import, fmt::format("incompatible import type: wanted a {}, found a {}", name_of(import.kind),
                                 name_of(kind_of(*found))));
    }
    switch (import.kind) {
      case ExternKind::function: {
        Function* function = std::get<Function*>(*found);
        check_function(module, import, function->type);
        instance.functions.push_back(function);
        break;
      }
      case ExternKind::table: {
        Table* table = std::get<Table*>(*found);
        const TableType& wanted = module.tables[import.index];
        if (table->type().element != wanted.element || !table->type().limits.satisfies(wanted.limits, table->size())) {
          refuse(import, "incompatible import type: the table's type or limits differ");
        }
        instance.tables.push_back(table);
        break;
      }
      case ExternKind::memory: {
        Memory* memory = std::get<Memory*>(*found);
        if (!memory->type().pages.satisfies(module.memories[import.index].pages, memory->pages())) {
          refuse(import, "incompatible import type: the memory's limits differ");
        }
        instance.memory_ = memory;
        break;
      }
      case ExternKind::global: {
        Global* global = std::get<Global*>(*found);
        if (global->type != module.globals[import.index].type)
          refuse(import, "incompatible import type: the global's type differs");
        instance.globals.push_back(global);
        break;
      }
    }
  }
}

void Store::allocate(Instance& instance) {
  const Module& module = instance.module();
  for (std::uint32_t i = module.imported_functions; i < module.functions.size(); ++i) {
    const FuncType* type = module.functions[i];
    functions_.push_back({.type = type,
                          .instance = &instance,
                          .code = &module.codes[i - module.imported_functions],
                          .param_slots = type->param_slots(),
                          .result_slots = type->result_slots()});
    instance.functions.push_back(&functions_.back());
  }
  for (std::uint32_t i = module.imported_tables; i < module.tables.size(); ++i) {
    instance.tables.push_back(&add_table(module.tables[i]));
  }
  if (!instance.memory_)
    instance.memory_ = &add_memory(module.memories.empty() ? MemoryType{{0, 0}} : module.memories.front());
  for (std::uint32_t i = module.imported_globals; i < module.globals.size(); ++i) {
    instance.globals.push_back(&add_global(module.globals[i].type, evaluate(instance, module.globals[i].init)));
  }
  for (const Module::Element& element : module.elements) {
    std::vector<Slot> items;
    for (const InitExpr& item : element.items) items.push_back(evaluate(instance, item).low);
    instance.elements.push_back(std::move(items));
  }
  for (const Module::Data& data : module.datas) instance.datas.emplace_back(data.bytes);
}

/// Core specification 4.5.4, steps 13 to 16: in order, and what was written before a trap stays written.
void Store::initialise(Instance& instance) {
  const Module& module = instance.module();
  for (std::size_t i = 0; i < module.elements.size(); ++i) {
    const Module::Element& element = module.elements[i];
    if (element.kind == SegmentKind::active) {
      Table& table = *instance.tables[element.table];
      const auto offset = static_cast<std::uint32_t>(evaluate(instance, element.offset).low);
      const std::vector<Slot>& items = instance.elements[i];
      if (!table.has(offset, items.size())) throw InstantiationTrap(Trap::table_out_of_bounds);
      std::copy(items.begin(), items.end(), table.items().begin() + offset);
    }
    if (element.kind != SegmentKind::passive) instance.elements[i].clear();
  }
  for (std::size_t i = 0; i < module.datas.size(); ++i) {
    const Module::Data& data = module.datas[i];
    if (data.kind != SegmentKind::active) continue;
    const auto offset = static_cast<std::uint32_t>(evaluate(instance, data.offset).low);
    if (!instance.memory_->has(offset, data.bytes.size())) throw InstantiationTrap(Trap::memory_out_of_bounds);
    if (!data.bytes.empty()) std::copy(data.bytes.begin(), data.bytes.end(), instance.memory_->base() + offset);
    instance.datas[i] = {};
  }
}

Value Store::evaluate(const Instance& instance, const InitExpr& init) {
  switch (init.kind) {
    case InitExpr::Kind::value:
      return init.value;
    case InitExpr::Kind::global:
      return instance.globals[init.index]->get();
    case InitExpr::Kind::function:
      return {ValType::funcref, reinterpret_cast<Slot>(instance.functions[init.index]), 0};
  }
  return {};
}

void check_imports(const Module& module,
                   const std::function<const FuncType*(std::string_view, std::string_view)>& find) {
  for (const Module::Import& import : module.imports) {
    if (import.kind != ExternKind::function)
      refuse(import, fmt::format("a {} cannot be imported here", name_of(import.kind)));
    const FuncType* found = find(import.module, import.name);
    if (!found) refuse(import, "unknown import");
    check_function(module, import, found);
  }
}

}  // namespace refrun::wasm
