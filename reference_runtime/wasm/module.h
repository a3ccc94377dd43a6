#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reference_runtime/wasm/instr.h"
#include "reference_runtime/wasm/types.h"

namespace refrun::wasm {

/// One function, lowered. Immutable; its address does not change once its module is loaded.
struct Code {
  std::vector<Instr> instrs = {};
  std::uint32_t function = 0;  // index in the module's function index space
  std::uint32_t param_slots = 0;
  std::uint32_t local_slots = 0;  // parameters included
  std::uint32_t frame_slots = 0;  // everything the frame may touch, results included
  std::int64_t entry_weight = 0;  // fuel charged at entry; 0 in code that is not metered
};

/// A constant expression: a value, or what to read it from.
struct InitExpr {
  enum class Kind : std::uint8_t { value, global, function };
  Kind kind = Kind::value;
  Value value = {};
  std::uint32_t index = 0;
};

enum class SegmentKind : std::uint8_t { active, passive, declared };

struct Module {
  struct Import {
    std::string module;
    std::string name;
    ExternKind kind = ExternKind::function;
    std::uint32_t index = 0;  // in the index space of its kind
  };
  struct Export {
    std::string name;
    ExternKind kind = ExternKind::function;
    std::uint32_t index = 0;
  };
  struct Global {
    GlobalType type = {};
    InitExpr init = {};
  };
  struct Element {
    SegmentKind kind = SegmentKind::active;
    std::uint32_t table = 0;
    InitExpr offset = {};
    std::vector<InitExpr> items = {};
  };
  struct Data {
    SegmentKind kind = SegmentKind::active;
    InitExpr offset = {};
    std::vector<std::uint8_t> bytes = {};
  };

  std::vector<const FuncType*> types = {};
  std::vector<Import> imports = {};
  std::vector<Export> exports = {};
  // The index spaces, imports first.
  std::vector<const FuncType*> functions = {};
  std::vector<TableType> tables = {};
  std::vector<MemoryType> memories = {};
  std::vector<Global> globals = {};
  std::uint32_t imported_functions = 0;
  std::uint32_t imported_tables = 0;
  std::uint32_t imported_memories = 0;
  std::uint32_t imported_globals = 0;

  std::vector<Element> elements = {};
  std::vector<Data> datas = {};
  std::optional<std::uint32_t> start = std::nullopt;
  std::vector<std::string> function_names = {};  // from the name section; "" where there is none
  std::deque<Code> codes = {};                   // functions without the imported ones

  [[nodiscard]] const Export* find_export(std::string_view name) const;
  /// The name, or "func[7]".
  [[nodiscard]] std::string function_name(std::uint32_t index) const;
};

/// Whether the code asks for a decision at function entries and loop headers. Metered code can be stopped and resumed
/// there.
enum class Metering : std::uint8_t { off, on };

/// Parses, validates and lowers. The bytes are text where `name` ends in .wat and they do not start with "\0asm".
/// Throws LoadError with the place: "hello.wasm: 0x1f: unexpected end".
std::shared_ptr<const Module> load_module(std::string_view name, std::string_view bytes, Metering metering);

}  // namespace refrun::wasm
