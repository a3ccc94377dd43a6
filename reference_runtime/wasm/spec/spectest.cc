#include "reference_runtime/wasm/spec/spectest.h"

namespace refrun::wasm::spec {
namespace {

HostAnswer print_nothing(void* /*context*/, HostCall& /*call*/) { return HostAnswer::done; }

}  // namespace

Spectest::Spectest(Store& store) {
  using enum ValType;
  const auto add_print = [&](const char* name, std::vector<ValType> params) {
    items_.emplace_back(name, &store.add_function({std::move(params), {}}, print_nothing, nullptr));
  };
  add_print("print", {});
  add_print("print_i32", {i32});
  add_print("print_i64", {i64});
  add_print("print_f32", {f32});
  add_print("print_f64", {f64});
  add_print("print_i32_f32", {i32, f32});
  add_print("print_f64_f64", {f64, f64});
  items_.emplace_back("global_i32", &store.add_global({i32, false}, Value::i32(666)));
  items_.emplace_back("global_i64", &store.add_global({i64, false}, Value::i64(666)));
  items_.emplace_back("global_f32", &store.add_global({f32, false}, Value::f32(666.6F)));
  items_.emplace_back("global_f64", &store.add_global({f64, false}, Value::f64(666.6)));
  items_.emplace_back("table", &store.add_table({funcref, {10, 20}}));
  items_.emplace_back("memory", &store.add_memory({{1, 2}}));
}

std::optional<Extern> Spectest::find(std::string_view name) const {
  for (const auto& [item_name, item] : items_) {
    if (item_name == name) return item;
  }
  return std::nullopt;
}

}  // namespace refrun::wasm::spec
