// wasm_run [--tier=TIER] [--annotation KEY=VALUE]... [--dir HOST=NAME]... [--env NAME=VALUE]... MODULE [ARG...]: exits
// as the module does.

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>

#include "base/file.h"
#include "reference_runtime/wasm/limits.h"
#include "reference_runtime/wasm/tier.h"
#include "reference_runtime/wasm/wasi/program.h"

namespace {

using namespace refrun::wasm;

struct Options {
  std::string tier = "auto";
  bool verbose = false;
  std::vector<std::string> annotations = {};
  std::vector<std::string> directories = {};
  std::vector<std::string> env = {};
  std::vector<std::string> command = {};
};

std::pair<std::string, std::string> split_at_equals(const std::string& text) {
  const std::size_t at = text.find('=');
  if (at == std::string::npos) throw LoadError(text + ": no =");
  return {text.substr(0, at), text.substr(at + 1)};
}

int run(const Options& options) {
  std::map<std::string, std::string> annotations;
  for (const std::string& annotation : options.annotations) annotations.insert(split_at_equals(annotation));
  const RunLimits limits = RunLimits::from(annotations);
  const auto module = load_module(options.command[0], base::read_file(options.command[0]), limits.metering());
  wasi::check_program(*module);
  const MemoryChoice memory = choose_memory(probe_environment(), {.forced = tier_from(options.tier)});
  if (options.verbose || !memory.passed_over.empty()) fmt::print(stderr, "{}\n", memory.log_line);

  auto world = std::make_unique<wasi::World>();
  world->args = options.command;
  world->env = options.env;
  for (std::uint32_t i = 0; i < 3; ++i) world->add_at(i, base::UniqueFd(static_cast<int>(i)));
  for (const std::string& directory : options.directories) {
    const auto [host, name] = split_at_equals(directory);
    world->preopen(host, name);
  }
  Meter meter;
  limits.arm(meter);
  wasi::Program program(module, *memory.source, std::move(world), limits.metering() == Metering::on ? &meter : nullptr);
  while (program.run() == Stop::yielded) continue;
  if (!program.ending().trap.empty()) dprintf(STDERR_FILENO, "wasm trap: %s\n", program.ending().trap.c_str());
  return program.ending().status;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs a WASI command"};
  Options options;
  app.add_option("--tier", options.tier, "auto, pooled, compact or on-demand");
  app.add_flag("--verbose", options.verbose, "say which memory tier, and why");
  app.add_option("--annotation", options.annotations, "limits, as refrun takes them");
  app.add_option("--dir", options.directories, "HOST=NAME: a directory that the module sees as NAME");
  app.add_option("--env", options.env, "NAME=VALUE: of the module's environment");
  app.add_option("command", options.command, "module and arguments")->required();
  app.prefix_command();
  app.positionals_at_end();
  CLI11_PARSE(app, argc, argv);
  signal(SIGPIPE, SIG_IGN);
  try {
    return run(options);
  } catch (const std::exception& e) {
    fmt::print(stderr, "wasm_run: {}\n", e.what());
    return 125;
  }
}
