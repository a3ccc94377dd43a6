#include "reference_runtime/wasm/parse.h"

#include <fmt/format.h>

#include "reference_runtime/wasm/trap.h"
#include "reference_runtime/wasm/validate_binary.h"
#include "reference_runtime/wasm/wabt_headers.h"

namespace refrun::wasm {
namespace {

// wabt's text parser recurses once per open parenthesis.
constexpr int kMaxTextDepth = 1000;

[[noreturn]] void fail(std::string_view name, const wabt::Errors& errors, bool is_text) {
  if (errors.empty()) throw LoadError(fmt::format("{}: not a valid module", name));
  const wabt::Error& e = errors.front();
  if (is_text) throw LoadError(fmt::format("{}:{}:{}: {}", name, e.loc.line, e.loc.first_column, e.message));
  throw LoadError(fmt::format("{}: {:#x}: {}", name, e.loc.offset, e.message));
}

void check_depth(std::string_view name, std::string_view text) {
  int depth = 0;
  for (char c : text) {
    if (c == '(' && ++depth > kMaxTextDepth)
      throw LoadError(fmt::format("{}: nested deeper than {}", name, kMaxTextDepth));
    if (c == ')' && depth > 0) --depth;
  }
}

std::unique_ptr<wabt::Module> parse_text(std::string_view name, std::string_view text, wabt::Errors& errors) {
  check_depth(name, text);
  const auto lexer = wabt::WastLexer::CreateBufferLexer(name, text.data(), text.size(), &errors);
  wabt::WastParseOptions options{wabt::Features{}};
  std::unique_ptr<wabt::Module> module;
  if (Failed(wabt::ParseWatModule(lexer.get(), &module, &errors, &options))) return nullptr;
  return module;
}

std::unique_ptr<wabt::Module> parse_binary(std::string_view name, std::string_view bytes, wabt::Errors& errors) {
  // A broken name section is no error (core specification, 7.4.1), but wabt knows only "all custom sections" or "none":
  // where reading with names fails, reading without decides.
  std::size_t where = 0;
  std::string what;
  if (!is_valid_binary(bytes, where, what)) throw LoadError(fmt::format("{}: {:#x}: {}", name, where, what));
  const std::string file(name);
  for (const bool with_names : {true, false}) {
    wabt::ReadBinaryOptions options;
    options.read_debug_names = with_names;
    errors.clear();
    auto module = std::make_unique<wabt::Module>();
    if (Succeeded(wabt::ReadBinaryIr(file.c_str(), bytes.data(), bytes.size(), options, &errors, module.get())))
      return module;
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<wabt::Module> parse_module(std::string_view name, std::string_view bytes) {
  using namespace std::string_view_literals;
  const bool is_text = !bytes.starts_with("\0asm"sv) && name.ends_with(".wat");
  wabt::Errors errors;
  auto module = is_text ? parse_text(name, bytes, errors) : parse_binary(name, bytes, errors);
  if (!module) fail(name, errors, is_text);
  const wabt::ValidateOptions options{wabt::Features{}};
  if (Failed(wabt::ValidateModule(module.get(), &errors, options))) fail(name, errors, is_text);
  return module;
}

}  // namespace refrun::wasm
