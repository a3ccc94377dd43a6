#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "reference_runtime/wasm/execution.h"
#include "reference_runtime/wasm/spec/spectest.h"
#include "reference_runtime/wasm/wabt_headers.h"

namespace refrun::wasm::spec {

struct Tally {
  int passed = 0;   // assertions that run code: return, trap, exhaustion, uninstantiable, unlinkable
  int refused = 0;  // assertions that a module is malformed or invalid, and it was refused
  std::vector<std::string> failures = {};
};

/// Runs one .wast file. Each module goes through our whole front end: written as binary, then loaded from the bytes.
class Script {
 public:
  Script(std::filesystem::path file, MemorySource& memory, Metering metering);
  Tally run();

 private:
  struct Ran {
    Stop stop = Stop::finished;
    std::vector<Value> values = {};
    std::string text = {};
  };

  void step(const wabt::Command& command);
  void define(const std::string& name, Instance& instance);
  Instance& load(const wabt::Module& module, std::string_view bytes);
  Instance& instantiate(std::string_view bytes);
  Instance& instance_of(const wabt::Var& var);
  Ran act(const wabt::Action& action);
  Ran invoke(const Function& function, const std::vector<Value>& args);
  void expect_values(const wabt::Command& command);
  void expect_trap(const wabt::Action& action, const std::string& text);
  void expect_refused(const wabt::ScriptModule& module, const std::string& text);
  template <typename Error>
  void expect_error(const wabt::ScriptModule& module, const std::string& text);
  std::string bytes_of(const wabt::ScriptModule& module);
  void fail(const wabt::Location& at, const std::string& what);
  void check(bool good, const wabt::Location& at, const std::string& what);

  std::filesystem::path file_;
  Metering metering_;
  Store store_;
  Spectest spectest_;
  std::map<std::string, Instance*, std::less<>> registered_;
  std::map<std::string, Instance*, std::less<>> named_;
  std::vector<Instance*> by_index_;
  Instance* last_ = nullptr;
  Tally tally_;
};

}  // namespace refrun::wasm::spec
