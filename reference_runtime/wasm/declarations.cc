#include "reference_runtime/wasm/parse.h"
#include "reference_runtime/wasm/trap.h"
#include "reference_runtime/wasm/wabt_headers.h"

namespace refrun::wasm {

ValType type_from(wabt::Type type) {
  switch (type) {
    case wabt::Type::I32:
      return ValType::i32;
    case wabt::Type::I64:
      return ValType::i64;
    case wabt::Type::F32:
      return ValType::f32;
    case wabt::Type::F64:
      return ValType::f64;
    case wabt::Type::V128:
      return ValType::v128;
    case wabt::Type::FuncRef:
      return ValType::funcref;
    case wabt::Type::ExternRef:
      return ValType::externref;
    default:
      throw LoadError("a type this engine does not know: " + type.GetName());
  }
}

FuncType type_from(const wabt::FuncSignature& signature) {
  FuncType type;
  for (const wabt::Type& t : signature.param_types) type.params.push_back(type_from(t));
  for (const wabt::Type& t : signature.result_types) type.results.push_back(type_from(t));
  return type;
}

namespace {

constexpr std::size_t kMaxTables = 65535;  // instructions name a table in 16 bits

Limits limits_from(const wabt::Limits& from) {
  Limits limits{.min = static_cast<std::uint32_t>(from.initial)};
  if (from.has_max) limits.max = static_cast<std::uint32_t>(from.max);
  return limits;
}

Value value_from(const wabt::Const& from) {
  switch (from.type()) {
    case wabt::Type::I32:
      return Value::i32(from.u32());
    case wabt::Type::I64:
      return Value::i64(from.u64());
    case wabt::Type::F32:
      return {ValType::f32, from.f32_bits(), 0};
    case wabt::Type::F64:
      return {ValType::f64, from.f64_bits(), 0};
    case wabt::Type::V128:
      return {ValType::v128, from.vec128().u64(0), from.vec128().u64(1)};
    default:
      throw LoadError("a constant this engine does not know");
  }
}

InitExpr init_from(const wabt::Module& module, const wabt::ExprList& exprs) {
  if (exprs.size() != 1) throw LoadError("a constant expression this engine does not know");
  const wabt::Expr& e = exprs.front();
  switch (e.type()) {
    case wabt::ExprType::Const:
      return {.value = value_from(wabt::cast<wabt::ConstExpr>(&e)->const_)};
    case wabt::ExprType::GlobalGet:
      return {.kind = InitExpr::Kind::global, .index = module.GetGlobalIndex(wabt::cast<wabt::GlobalGetExpr>(&e)->var)};
    case wabt::ExprType::RefFunc:
      return {.kind = InitExpr::Kind::function, .index = module.GetFuncIndex(wabt::cast<wabt::RefFuncExpr>(&e)->var)};
    case wabt::ExprType::RefNull:
      return {.value = {type_from(wabt::cast<wabt::RefNullExpr>(&e)->type), 0, 0}};
    default:
      throw LoadError("a constant expression this engine does not know");
  }
}

SegmentKind kind_from(wabt::SegmentKind kind) {
  switch (kind) {
    case wabt::SegmentKind::Active:
      return SegmentKind::active;
    case wabt::SegmentKind::Passive:
      return SegmentKind::passive;
    case wabt::SegmentKind::Declared:
      return SegmentKind::declared;
  }
  throw LoadError("a segment this engine does not know");
}

ExternKind kind_from(wabt::ExternalKind kind) {
  switch (kind) {
    case wabt::ExternalKind::Func:
      return ExternKind::function;
    case wabt::ExternalKind::Table:
      return ExternKind::table;
    case wabt::ExternalKind::Memory:
      return ExternKind::memory;
    case wabt::ExternalKind::Global:
      return ExternKind::global;
    case wabt::ExternalKind::Tag:
      break;
  }
  throw LoadError("exception tags are not supported");
}

std::uint32_t index_of(const wabt::Module& module, wabt::ExternalKind kind, const wabt::Var& var) {
  switch (kind) {
    case wabt::ExternalKind::Func:
      return module.GetFuncIndex(var);
    case wabt::ExternalKind::Table:
      return module.GetTableIndex(var);
    case wabt::ExternalKind::Memory:
      return module.GetMemoryIndex(var);
    case wabt::ExternalKind::Global:
      return module.GetGlobalIndex(var);
    case wabt::ExternalKind::Tag:
      break;
  }
  throw LoadError("exception tags are not supported");
}

void read_imports(const wabt::Module& from, Module& to) {
  to.imported_functions = from.num_func_imports;
  to.imported_tables = from.num_table_imports;
  to.imported_memories = from.num_memory_imports;
  to.imported_globals = from.num_global_imports;
  std::uint32_t next[4] = {};
  for (const wabt::Import* import : from.imports) {
    const ExternKind kind = kind_from(import->kind());
    to.imports.push_back({import->module_name, import->field_name, kind, next[static_cast<int>(kind)]++});
  }
}

void read_segments(const wabt::Module& from, Module& to) {
  for (const wabt::ElemSegment* segment : from.elem_segments) {
    Module::Element element{.kind = kind_from(segment->kind)};
    if (element.kind == SegmentKind::active) {
      element.table = from.GetTableIndex(segment->table_var);
      element.offset = init_from(from, segment->offset);
    }
    for (const wabt::ExprList& item : segment->elem_exprs) element.items.push_back(init_from(from, item));
    to.elements.push_back(std::move(element));
  }
  for (const wabt::DataSegment* segment : from.data_segments) {
    Module::Data data{.kind = kind_from(segment->kind)};
    if (data.kind == SegmentKind::active) data.offset = init_from(from, segment->offset);
    data.bytes = segment->data;
    to.datas.push_back(std::move(data));
  }
}

}  // namespace

void read_declarations(const wabt::Module& from, Module& to) {
  for (const wabt::TypeEntry* entry : from.types) {
    const auto* type = wabt::dyn_cast<wabt::FuncType>(entry);
    if (!type) throw LoadError("struct and array types are not supported");
    to.types.push_back(intern(type_from(type->sig)));
  }
  read_imports(from, to);
  for (const wabt::Func* f : from.funcs) {
    to.functions.push_back(intern(type_from(f->decl.sig)));
    to.function_names.emplace_back(f->name.starts_with('$') ? f->name.substr(1) : f->name);
  }
  if (from.tables.size() > kMaxTables) throw LoadError("more than 65535 tables");
  for (const wabt::Table* t : from.tables) to.tables.push_back({type_from(t->elem_type), limits_from(t->elem_limits)});
  for (const wabt::Memory* m : from.memories) to.memories.push_back({limits_from(m->page_limits)});
  for (const wabt::Global* g : from.globals) {
    Module::Global global{.type = {type_from(g->type), g->mutable_}};
    if (to.globals.size() >= to.imported_globals) global.init = init_from(from, g->init_expr);
    to.globals.push_back(global);
  }
  for (const wabt::Export* e : from.exports) {
    to.exports.push_back({e->name, kind_from(e->kind), index_of(from, e->kind, e->var)});
  }
  read_segments(from, to);
  if (!from.starts.empty()) to.start = from.GetFuncIndex(*from.starts.front());
}

}  // namespace refrun::wasm
