#include "reference_runtime/exec/wasm.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/file.h"
#include "base/sys_error.h"
#include "reference_runtime/sys/sabotage.h"
#include "reference_runtime/wasm/selection.h"
#include "reference_runtime/wasm/tier.h"
#include "reference_runtime/wasm/wasi/program.h"

namespace refrun {
namespace {

constexpr int kCannotRun = 126;  // as a shell says it

std::string module_path(const Payload& payload) {
  const std::string& file = payload.args[0];
  return file.starts_with('/') ? file : (payload.cwd.ends_with('/') ? payload.cwd : payload.cwd + "/") + file;
}

/// The flag (which the command line passes on as a variable of this process) or the variable itself.
std::string wanted_allocator() {
  const char* value = std::getenv("REFRUN_WASM_ALLOCATOR");
  return value && *value ? value : "auto";
}

std::string memory_log_file() {
  const char* value = std::getenv("REFRUN_WASM_LOG");
  return value ? value : "";
}

/// One line, by one write(2): it must not mix with the module's own output.
void say(std::string_view what, std::string_view detail) {
  const std::string line = std::string(what) + std::string(detail) + "\n";
  static_cast<void>(!write(STDERR_FILENO, line.data(), line.size()));
}

/// Standard streams, the descriptors that were passed on, and the directories.
void open_world(wasm::wasi::World& world, const Payload& payload) {
  world.args = payload.args;
  world.env = payload.env;
  for (int fd = 0; fd < 3; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) world.add_at(static_cast<std::uint32_t>(fd), base::UniqueFd(fd));
  }
  std::uint32_t next = 3;
  // wasi-libc takes the last of several preopens that match a path: absolute paths must find "/".
  if (payload.cwd != "/") {
    world.preopen_at(next++, payload.cwd, ".");
    const bool has_pwd =
        std::any_of(world.env.begin(), world.env.end(), [](const auto& e) { return e.starts_with("PWD="); });
    if (!has_pwd) world.env.push_back("PWD=" + payload.cwd);
  }
  world.preopen_at(next++, "/", "/");
  for (int fd = 3; fd < 3 + payload.preserved_fds; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) world.add_at(next++, base::UniqueFd(fd));
  }
}

}  // namespace

bool WasmExecutor::accepts(const Config& config) const {
  if (fault("wasm_handler_ignored")) return false;
  if (fault("wasm_sandbox_taken") && config.annotations.contains("run.oci.handler")) return true;
  return config.process && !config.process->args.empty() &&
         wasm::asks_for_wasm(config.annotations, config.process->args[0]);
}

std::string WasmExecutor::prepare(const Payload& payload) {
  if (fault("wasm_problems_ignored")) return {};
  try {
    allocator_ = wanted_allocator();
    static_cast<void>(wasm::tier_from(allocator_));
    limits_ = wasm::RunLimits::from(payload.annotations);
    const std::string path = module_path(payload);
    module_ = wasm::load_module(path, base::read_file(path), limits_.metering());
    try {
      wasm::wasi::check_program(*module_);
    } catch (const wasm::LoadError& e) {
      return path + ": " + e.what();
    }
    return {};
  } catch (const std::exception& e) {
    return e.what();
  }
}

void WasmExecutor::run(const Payload& payload, Handover& handover) {
  // Everything that can fail, before `start` is told that the module runs.
  if (!module_) handover.failed("no module", 0);
  wasm::MemoryChoice memory;
  wasm::Meter meter;
  std::optional<wasm::wasi::Program> program;
  try {
    const wasm::TierRequest request{.forced = wasm::tier_from(allocator_)};
    memory = wasm::choose_memory(wasm::probe_environment(), request);
    auto* const limited = limits_.metering() == wasm::Metering::on ? &meter : nullptr;
    program.emplace(module_, *memory.source, std::make_unique<wasm::wasi::World>(), limited);
  } catch (const std::exception& e) {
    handover.failed(e.what(), 0);
    ::_exit(kCannotRun);
  }
  handover.started();

  // A pipe whose reader has gone is an errno for a module, not the end of it.
  signal(SIGPIPE, SIG_IGN);
  if (!memory_log_file().empty()) {  // stderr is the module's: without being asked, the runtime writes nothing there
    say("refrun: ", memory.log_line);
    for (const std::string& tier : memory.passed_over) say("refrun: warning: wasm memory: not ", tier);
  }
  try {
    open_world(program->world(), payload);
    limits_.arm(meter);
    while (program->run() == wasm::Stop::yielded) continue;
  } catch (const std::exception& e) {
    say("refrun: wasm: ", e.what());
    ::_exit(kCannotRun);
  }
  wasm::wasi::Ending ending = program->ending();
  if (fault("wasm_returns_to_runtime")) say("refrun: ", "the module has ended");
  if (fault("wasm_exit_code_lost")) ending.status = 1;
  if (fault("wasm_trap_exits_zero") && !ending.trap.empty()) ending.status = 0;
  if (!ending.trap.empty()) say("refrun: wasm trap: ", ending.trap);
  // Nothing of the runtime runs after the module: no destructor, no exit handler. The kernel takes back what it held.
  ::_exit(ending.status);
}

}  // namespace refrun
