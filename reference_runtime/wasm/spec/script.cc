#include "reference_runtime/wasm/spec/script.h"

#include <fmt/format.h>

#include "base/file.h"
#include "reference_runtime/wasm/simd.h"

namespace refrun::wasm::spec {
namespace {

using wabt::CommandType;

std::string binary_of(const wabt::Module& module) {
  wabt::MemoryStream stream;
  if (Failed(wabt::WriteBinaryModule(&stream, &module, {}))) throw LoadError("wabt cannot write this module");
  const std::vector<std::uint8_t>& data = stream.output_buffer().data;
  return {data.begin(), data.end()};
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
      break;
  }
  // References: 0 is null, so the suite's host reference n is n + 1.
  const bool is_null = from.ref_bits() == wabt::Const::kRefNullBits;
  return {type_from(from.type()), is_null ? 0 : from.ref_bits() + 1, 0};
}

template <typename Bits>
bool nan_matches(wabt::ExpectedNan nan, Bits bits, Bits exponent, Bits quiet) {
  const Bits magnitude = bits & ~(Bits{1} << (sizeof(Bits) * 8 - 1));
  if (nan == wabt::ExpectedNan::Canonical) return magnitude == (exponent | quiet);
  return (magnitude & (exponent | quiet)) == (exponent | quiet);
}

bool lane_matches(const wabt::Const& want, int lane, std::uint32_t bits) {
  if (want.is_expected_nan(lane))
    return nan_matches<std::uint32_t>(want.expected_nan(lane), bits, 0x7f800000U, 0x400000U);
  return want.v128_lane<std::uint32_t>(lane) == bits;
}

bool lane_matches(const wabt::Const& want, int lane, std::uint64_t bits) {
  if (want.is_expected_nan(lane)) {
    return nan_matches<std::uint64_t>(want.expected_nan(lane), bits, 0x7ff0000000000000U, 0x8000000000000U);
  }
  return want.v128_lane<std::uint64_t>(lane) == bits;
}

bool vector_matches(const wabt::Const& want, const V128& got) {
  bool good = true;
  if (want.lane_type() == wabt::Type::F32) {
    for (int i = 0; i < 4; ++i)
      good = good && lane_matches(want, i, got.as<std::uint32_t>()[static_cast<std::size_t>(i)]);
  } else {
    for (int i = 0; i < 2; ++i)
      good = good && lane_matches(want, i, got.as<std::uint64_t>()[static_cast<std::size_t>(i)]);
  }
  return good;
}

bool matches(const wabt::Const& want, const Value& got) {
  if (type_from(want.type()) != got.type) return false;
  switch (want.type()) {
    case wabt::Type::F32:
      return want.is_expected_nan()
                 ? nan_matches<std::uint32_t>(want.expected_nan(), static_cast<std::uint32_t>(got.low), 0x7f800000U,
                                              0x400000U)
                 : want.f32_bits() == got.low;
    case wabt::Type::F64:
      return want.is_expected_nan()
                 ? nan_matches<std::uint64_t>(want.expected_nan(), got.low, 0x7ff0000000000000U, 0x8000000000000U)
                 : want.f64_bits() == got.low;
    case wabt::Type::V128:
      return vector_matches(want, {{got.low, got.high}});
    case wabt::Type::FuncRef:
      return (want.ref_bits() == wabt::Const::kRefNullBits) == (got.low == 0);
    default:
      return value_from(want) == got;
  }
}

std::string text_of(const std::vector<Value>& values) {
  std::string text;
  for (const Value& v : values) text += fmt::format(" {}:{:x}:{:x}", name_of(v.type), v.high, v.low);
  return text;
}

}  // namespace

Script::Script(std::filesystem::path file, MemorySource& memory, Metering metering)
    : file_(std::move(file)), metering_(metering), store_(memory), spectest_(store_) {}

Tally Script::run() {
  const std::string source = base::read_file(file_);
  wabt::Errors errors;
  const auto lexer = wabt::WastLexer::CreateBufferLexer(file_.string(), source.data(), source.size(), &errors);
  wabt::WastParseOptions options{wabt::Features{}};
  std::unique_ptr<wabt::Script> script;
  if (Failed(wabt::ParseWastScript(lexer.get(), &script, &errors, &options))) {
    tally_.failures.push_back(file_.filename().string() + ": wabt cannot parse it");
    return tally_;
  }
  for (const wabt::CommandPtr& command : script->commands) step(*command);
  return tally_;
}

void Script::fail(const wabt::Location& at, const std::string& what) {
  tally_.failures.push_back(fmt::format("{}:{}: {}", file_.filename().string(), at.line, what));
}

void Script::check(bool good, const wabt::Location& at, const std::string& what) {
  if (good) {
    ++tally_.passed;
  } else {
    fail(at, what);
  }
}

void Script::step(const wabt::Command& command) {
  switch (command.type) {
    case CommandType::Module: {
      const wabt::Module& module = wabt::cast<wabt::ModuleCommand>(&command)->module;
      try {
        define(module.name, load(module, binary_of(module)));
      } catch (const LoadError& e) {
        fail(module.loc, fmt::format("module: {}", e.what()));
      }
      break;
    }
    case CommandType::ScriptModule: {
      const auto& script_module = *wabt::cast<wabt::ScriptModuleCommand>(&command);
      try {
        define(script_module.module.name, load(script_module.module, bytes_of(*script_module.script_module)));
      } catch (const LoadError& e) {
        fail(script_module.module.loc, fmt::format("module: {}", e.what()));
      }
      break;
    }
    case CommandType::Register: {
      const auto& reg = *wabt::cast<wabt::RegisterCommand>(&command);
      registered_[reg.module_name] = &instance_of(reg.var);
      break;
    }
    case CommandType::Action: {
      const auto& action = *wabt::cast<wabt::ActionCommand>(&command)->action;
      const Ran ran = act(action);
      check(ran.stop == Stop::finished, action.loc, "action: " + ran.text);
      break;
    }
    case CommandType::AssertReturn:
      expect_values(command);
      break;
    case CommandType::AssertTrap: {
      const auto& assertion = *wabt::cast<wabt::AssertTrapCommand>(&command);
      expect_trap(*assertion.action, assertion.text);
      break;
    }
    case CommandType::AssertExhaustion: {
      const auto& assertion = *wabt::cast<wabt::AssertExhaustionCommand>(&command);
      expect_trap(*assertion.action, assertion.text);
      break;
    }
    case CommandType::AssertMalformed: {
      const auto& assertion = *wabt::cast<wabt::AssertMalformedCommand>(&command);
      expect_refused(*assertion.module, assertion.text);
      break;
    }
    case CommandType::AssertInvalid: {
      const auto& assertion = *wabt::cast<wabt::AssertInvalidCommand>(&command);
      expect_refused(*assertion.module, assertion.text);
      break;
    }
    case CommandType::AssertUnlinkable: {
      const auto& assertion = *wabt::cast<wabt::AssertUnlinkableCommand>(&command);
      expect_error<LinkError>(*assertion.module, assertion.text);
      break;
    }
    case CommandType::AssertUninstantiable: {
      const auto& assertion = *wabt::cast<wabt::AssertUninstantiableCommand>(&command);
      expect_error<InstantiationTrap>(*assertion.module, assertion.text);
      break;
    }
    case CommandType::AssertException:
      fail({}, "exceptions are not supported");
      break;
  }
}

void Script::define(const std::string& name, Instance& instance) {
  last_ = &instance;
  if (!name.empty()) named_[name] = &instance;
}

Instance& Script::instantiate(std::string_view bytes) {
  const auto module = load_module("module", bytes, metering_);
  const auto imports = [this](std::string_view from, std::string_view name) -> std::optional<Extern> {
    if (from == "spectest") return spectest_.find(name);
    const auto it = registered_.find(from);
    return it == registered_.end() ? std::nullopt : it->second->find_export(name);
  };
  Instance& instance = store_.instantiate(module, imports);
  if (const Function* start = instance.start()) {
    const Ran ran = invoke(*start, {});
    if (ran.stop == Stop::trapped) throw InstantiationTrap(Trap::unreachable);
  }
  return instance;
}

Instance& Script::load(const wabt::Module& /*module*/, std::string_view bytes) {
  Instance& instance = instantiate(bytes);
  by_index_.push_back(&instance);
  return instance;
}

Instance& Script::instance_of(const wabt::Var& var) {
  if (var.is_name()) {
    const auto it = named_.find(var.name());
    if (it != named_.end()) return *it->second;
  }
  if (var.is_index() && var.index() < by_index_.size()) return *by_index_[var.index()];
  return *last_;
}

Script::Ran Script::act(const wabt::Action& action) {
  const Instance& instance = instance_of(action.module_var);
  const auto found = instance.find_export(action.name);
  if (!found) return {.stop = Stop::trapped, .text = "no export " + action.name};
  if (action.type() == wabt::ActionType::Get) return {.values = {std::get<Global*>(*found)->get()}};
  std::vector<Value> args;
  for (const wabt::Const& arg : wabt::cast<wabt::InvokeAction>(&action)->args) args.push_back(value_from(arg));
  return invoke(*std::get<Function*>(*found), args);
}

Script::Ran Script::invoke(const Function& function, const std::vector<Value>& args) {
  // Metered code is also stopped and resumed all the time: little fuel, and a yield at each deadline.
  Meter meter;
  if (metering_ == Metering::on) {
    meter.limit_fuel(7);
    meter.on_deadline([](Deadline) { return Decision::yield(7); });
  }
  Execution execution(metering_ == Metering::on ? &meter : nullptr);
  execution.call(function, args);
  Stop stop = execution.run();
  while (stop == Stop::yielded) stop = execution.run();
  if (stop == Stop::finished) return {.values = execution.results()};
  return {.stop = stop, .text = execution.trap_text()};
}

void Script::expect_values(const wabt::Command& command) {
  const auto& assertion = *wabt::cast<wabt::AssertReturnCommand>(&command);
  const Ran ran = act(*assertion.action);
  const wabt::ConstVector& want = assertion.expected->expected;
  bool good = ran.stop == Stop::finished;
  if (good && assertion.expected->type() == wabt::ExpectationType::Either) {
    good = ran.values.size() == 1 &&
           std::any_of(want.begin(), want.end(), [&](const wabt::Const& c) { return matches(c, ran.values[0]); });
  } else if (good) {
    good = want.size() == ran.values.size();
    for (std::size_t i = 0; good && i < want.size(); ++i) good = matches(want[i], ran.values[i]);
  }
  check(good, assertion.action->loc, fmt::format("{}:{}{}", assertion.action->name, text_of(ran.values), ran.text));
}

void Script::expect_trap(const wabt::Action& action, const std::string& text) {
  const Ran ran = act(action);
  const std::string ours = ran.text.substr(0, ran.text.rfind(" in "));
  const bool good = ran.stop == Stop::trapped && (text.starts_with(ours) || ours.starts_with(text));
  check(good, action.loc,
        fmt::format("{}: expected trap \"{}\", got \"{}\"{}", action.name, text, ran.text, text_of(ran.values)));
}

std::string Script::bytes_of(const wabt::ScriptModule& module) {
  if (const auto* binary = wabt::dyn_cast<wabt::BinaryScriptModule>(&module))
    return {binary->data.begin(), binary->data.end()};
  return binary_of(wabt::cast<wabt::TextScriptModule>(&module)->module);
}

void Script::expect_refused(const wabt::ScriptModule& module, const std::string& text) {
  const auto* quoted = wabt::dyn_cast<wabt::QuotedScriptModule>(&module);
  try {
    if (quoted) {
      load_module("quoted.wat",
                  std::string_view(reinterpret_cast<const char*>(quoted->data.data()), quoted->data.size()), metering_);
    } else {
      load_module("module", bytes_of(module), metering_);
    }
  } catch (const LoadError&) {
    ++tally_.refused;
    return;
  }
  fail(module.location(), fmt::format("accepted, but should be refused: {}", text));
}

template <typename Error>
void Script::expect_error(const wabt::ScriptModule& module, const std::string& text) {
  try {
    instantiate(bytes_of(module));
  } catch (const Error&) {
    ++tally_.passed;
    return;
  } catch (const LoadError& e) {
    fail(module.location(), fmt::format("expected \"{}\", got \"{}\"", text, e.what()));
    return;
  }
  fail(module.location(), fmt::format("instantiated, but expected \"{}\"", text));
}

}  // namespace refrun::wasm::spec
