// Containers whose program is a WebAssembly module (WASI preview 1), chosen by annotation as users of crun and youki
// do.
#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>

#include "base/file.h"
#include "cases/support/callers.h"
#include "harness/bundle/companion.h"
#include "harness/case.h"
#include "harness/observe/cgroup.h"
#include "harness/observe/process.h"

namespace runproof {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

constexpr int kTrapped = 134;

Config wasm(std::vector<std::string> args) {
  return Config::minimal(std::move(args)).annotation("run.oci.handler", "wasm").cwd("/");
}

/// Puts a module of fixtures/wasm into the bundle, under its own name.
void put(const Bundle& bundle, const std::string& name) {
  base::write_file(bundle.file(name), base::read_file(companion("wasm/" + name)), 0755);
}

}  // namespace

struct WasmExit {
  std::string_view name;
  std::string argument;
  int code;
};
const std::array<WasmExit, 4> kWasmExits = {
    {{"zero", "0", 0}, {"one", "1", 1}, {"forty_two", "42", 42}, {"top", "255", 255}}};

CONFORMANCE_CASE_FOR(wasm, exit_code, one, kWasmExits, .clause = "runtime.md#lifecycle", .level = vendor,
                     .claim = "a module's exit, in a nested call too, is the container's, and nothing runs after it",
                     .features = {"wasm"}, .faults = {"wasm_returns_to_runtime"}) {
  Bundle& files = bundle(wasm({"/exit.wasm", one.argument}));
  put(files, "exit.wasm");
  Container box = container(files);

  EXPECT_THAT(box.run(), ExitsWith(one.code));
  EXPECT_EQ(box.out(), "leaving\n");
  EXPECT_THAT(box.err(), IsEmpty());
}

CONFORMANCE_CASE(wasm, exit_code_kept, .clause = "runtime.md#lifecycle", .level = vendor,
                 .claim = "a module's exit code is not lost", .features = {"wasm"},
                 .faults = {"wasm_exit_code_lost", "wasm_handler_ignored"}) {
  Bundle& files = bundle(wasm({"/exit.wasm", "42"}));
  put(files, "exit.wasm");
  Container box = container(files);

  EXPECT_THAT(box.run(), ExitsWith(42));
}

CONFORMANCE_CASE(wasm, module_runs, .clause = "config.md#annotations", .level = vendor,
                 .claim = "the annotation module.wasm.image/variant, as images bear it, makes the program a module",
                 .features = {"wasm"}, .faults = {"wasm_handler_ignored"}) {
  Config config = Config::minimal({"/exit.wasm", "7"});
  config.annotation("module.wasm.image/variant", "compat-smart").cwd("/");
  Bundle& files = bundle(config);
  put(files, "exit.wasm");
  Container box = container(files);

  EXPECT_THAT(box.run(), ExitsWith(7));
}

CONFORMANCE_CASE(wasm, trap, .clause = "runtime.md#lifecycle", .level = vendor,
                 .claim = "a trap ends the container with 134, as an abort would, and says why in one line",
                 .features = {"wasm"}, .faults = {"wasm_trap_exits_zero"}) {
  Bundle& files = bundle(wasm({"/trap.wasm"}));
  put(files, "trap.wasm");
  Container box = container(files);

  EXPECT_THAT(box.run(), ExitsWith(kTrapped));
  EXPECT_EQ(std::ranges::count(box.err(), '\n'), 1) << box.err();
}

CONFORMANCE_CASE(wasm, stdio_exit, .clause = "runtime.md#lifecycle", .level = vendor,
                 .claim = "what a module writes is complete when the container has ended, and returning is exit code 0",
                 .features = {"wasm"}, .faults = {"wasm_handler_ignored"}) {
  Bundle& files = bundle(wasm({"/lines.wasm"}));
  put(files, "lines.wasm");
  Container box = container(files);

  EXPECT_THAT(box.run(), ExitsWith(0));
  EXPECT_THAT(box.out(), SizeIs(16 * 1000));
}

CONFORMANCE_CASE(wasm, kill, .clause = "runtime.md#kill", .level = vendor,
                 .claim = "KILL ends a module that never ends by itself", .features = {"wasm"}, .tags = {"death"},
                 .faults = {"wasm_handler_ignored"}) {
  Bundle& files = bundle(wasm({"/spin.wasm"}));
  put(files, "spin.wasm");
  Container box = container(files);
  require(box.create());
  require(box.start());

  EXPECT_THAT(box.kill(SIGKILL), Succeeds());
  box.await(Status::stopped);
  EXPECT_EQ(exit_status(box).signal, SIGKILL);
}

CONFORMANCE_CASE(wasm, pause, .clause = "runtime.md#state", .level = vendor,
                 .claim = "a module that never ends by itself can be paused and resumed",
                 .needs = {need::root, need::freezer}, .features = {"wasm", "pause"}, .faults = {"freeze"}) {
  Bundle& files = bundle(wasm({"/spin.wasm"}));
  put(files, "spin.wasm");
  Container box = container(files);
  require(box.create());
  require(box.start());

  EXPECT_THAT(box.pause(), Succeeds());
  EXPECT_EQ(box.status(), Status::paused);
  EXPECT_TRUE(std::ranges::any_of(box.cgroups(), [](const Cgroup& group) { return group.frozen().value_or(false); }));
  EXPECT_THAT(box.resume(), Succeeds());
  EXPECT_EQ(box.status(), Status::running);
}

CONFORMANCE_CASE(wasm, memory_limit, .clause = "config-linux.md#memory", .level = vendor,
                 .claim = "the memory limit of the container binds a module",
                 .needs = {need::root, need::memory_controller}, .features = {"wasm"}, .tags = {"death"},
                 .faults = {"wasm_handler_ignored"}) {
  Bundle& files = bundle(wasm({"/hog.wasm"}).resource("/memory/limit", 64 << 20));
  put(files, "hog.wasm");
  Container box = container(files);

  EXPECT_THAT(box.run(), ExitsWith(128 + SIGKILL));
}

CONFORMANCE_CASE(wasm, seccomp_capabilities, .clause = "config.md#linux-process", .level = vendor,
                 .claim = "a module under a seccomp filter has the capabilities of process, and no more",
                 .needs = {need::root}, .features = {"wasm"}, .tags = {"death"}, .faults = {"drop_sys_admin"}) {
  Config config = wasm({"/spin.wasm"}).capabilities({});
  config.set("/linux/seccomp", {{"defaultAction", "SCMP_ACT_ALLOW"}});
  Bundle& files = bundle(config);
  put(files, "spin.wasm");
  Container box = container(files);

  require(box.create());
  require(box.start());

  EXPECT_EQ(proc_status(box.pid())->cap_effective, 0u);
  EXPECT_EQ(proc_status(box.pid())->cap_permitted, 0u);
}

struct BrokenModule {
  std::string_view name;
  std::string text;
};
const std::array<BrokenModule, 3> kBrokenModules = {
    {{"empty", ""}, {"garbage", "no module at all"}, {"truncated", std::string("\0asm\1\0\0\0\1\5\1\x60", 12)}}};

CONFORMANCE_CASE_FOR(wasm, broken_module, one, kBrokenModules, .clause = "runtime.md#create", .level = vendor,
                     .claim = "a module that is none makes create fail", .features = {"wasm"},
                     .faults = {"wasm_problems_ignored"}) {
  Bundle& files = bundle(wasm({"/broken.wasm"}));
  base::write_file(files.file("broken.wasm"), one.text);
  Container box = container(files);

  EXPECT_THAT(box.create(), FailsCleanly());
}

CONFORMANCE_CASE(wasm, missing_module, .clause = "runtime.md#create", .level = vendor,
                 .claim = "a module that is not there makes create fail", .features = {"wasm"},
                 .faults = {"wasm_problems_ignored"}) {
  Container box = container(wasm({"/nowhere.wasm"}));

  EXPECT_THAT(box.create(), FailsCleanly());
}

struct AddressSpace {
  std::string_view name;
  std::uint64_t bytes;
};
const std::array<AddressSpace, 4> kAddressSpaces = {
    {{"16g", 16ULL << 30}, {"4g", 4ULL << 30}, {"600m", 600ULL << 20}, {"200m", 200ULL << 20}}};

CONFORMANCE_CASE_FOR(wasm, little_address_space, one, kAddressSpaces, .clause = "config.md#posix-process",
                     .level = vendor, .claim = "a module starts in whatever address space there is",
                     .features = {"wasm"}, .faults = {"wasm_handler_ignored"}) {
  Config config = wasm({"/exit.wasm", "42"});
  config.set("/process/rlimits", Json::array({{{"type", "RLIMIT_AS"}, {"soft", one.bytes}, {"hard", one.bytes}}}));
  Bundle& files = bundle(config);
  put(files, "exit.wasm");
  Container box = container(files);

  EXPECT_THAT(box.run(), ExitsWith(42));
}

CONFORMANCE_CASE(wasm, overcommit_never, .clause = "config.md#posix-process", .level = vendor,
                 .claim = "a module starts where the kernel promises no memory that it may not have",
                 .needs = {need::root, need::guest}, .features = {"wasm"}, .faults = {"wasm_handler_ignored"},
                 .lock = "overcommit_memory") {
  Bundle& files = bundle(wasm({"/exit.wasm", "42"}));
  put(files, "exit.wasm");
  Container box = container(files);
  base::write_control("/proc/sys/vm/overcommit_memory", "2");

  const Answer ran = box.run();

  base::write_control("/proc/sys/vm/overcommit_memory", "0");
  EXPECT_THAT(ran, ExitsWith(42));
}

CONFORMANCE_CASE(wasm, sandbox_is_native, .clause = "config.md#annotations", .level = vendor,
                 .claim = "a sandbox container of Kubernetes is never run as a module", .features = {"wasm"},
                 .faults = {"wasm_sandbox_taken"}) {
  Config config = Config::minimal({"/probe", "true"});
  config.annotation("run.oci.handler", "wasm").annotation("io.kubernetes.cri.container-type", "sandbox");
  Container box = container(config);

  EXPECT_THAT(box.run(), ExitsWith(0));
}

}  // namespace runproof
