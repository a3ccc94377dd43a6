#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "base/sanitizer.h"
#include "reference_runtime/exec/wasm.h"

namespace refrun {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

struct Ended {
  int status = -1;
  std::string out = {};
  std::string err = {};
  std::string handed = {};  // what `start` would have been told
};

class Report final : public Handover {
 public:
  explicit Report(int fd) : fd_(fd) {}
  void started() noexcept override { say("started"); }
  [[noreturn]] void failed(std::string_view what, int /*error*/) noexcept override {
    say("failed: " + std::string(what));
    ::_exit(1);
  }

 private:
  void say(const std::string& text) const { static_cast<void>(!write(fd_, text.data(), text.size())); }
  int fd_;
};

/// prepare() and run() in a child, as init does it.
class WasmExecutorTest : public testing::Test {
 protected:
  WasmExecutorTest() {
    std::string pattern = fs::temp_directory_path() / "wasm-executor-XXXXXX";
    scratch_ = mkdtemp(pattern.data());
  }
  ~WasmExecutorTest() override { fs::remove_all(scratch_); }

  fs::path module(const std::string& body, const std::string& name = "m.wat") {
    base::write_file(scratch_ / name, body);
    return scratch_ / name;
  }
  static std::string program(const std::string& body) {
    return R"((module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
      (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1) (data (i32.const 0) "\08\00\00\00\06\00\00\00hello\n"))" +
           body + ")";
  }
  Payload payload(const fs::path& file, std::map<std::string, std::string> annotations = {}) {
    return {.args = {file.string()}, .cwd = "/", .annotations = std::move(annotations)};
  }
  std::string prepare(const Payload& what) { return WasmExecutor().prepare(what); }

  Ended run(const Payload& what) {
    base::FdPair out = base::make_pipe();
    base::FdPair err = base::make_pipe();
    base::FdPair handed = base::make_pipe();
    const pid_t child = fork();
    if (child == 0) {
      dup2(out.second.get(), 1);
      dup2(err.second.get(), 2);
      const rlimit limit{address_space_, address_space_};
      setrlimit(RLIMIT_AS, &limit);
      WasmExecutor executor;
      const std::string problem = executor.prepare(what);
      Report report(handed.second.get());
      if (!problem.empty()) report.failed(problem, 0);
      atexit([] { static_cast<void>(!write(2, "exit handler ran\n", 17)); });
      executor.run(what, report);
      static_cast<void>(!write(2, "the executor returned\n", 22));
      ::_exit(99);
    }
    out.second.reset();
    err.second.reset();
    handed.second.reset();
    Ended ended{.out = base::read_all(out.first.get()),
                .err = base::read_all(err.first.get()),
                .handed = base::read_all(handed.first.get())};
    int status = 0;
    waitpid(child, &status, 0);
    ended.status = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
    return ended;
  }

 private:
  fs::path scratch_;

 protected:
  rlim_t address_space_ = RLIM_INFINITY;
};

TEST_F(WasmExecutorTest, the_exit_is_the_modules_exit) {
  for (int status : {0, 1, 42, 255}) {
    const Ended ended = run(payload(module(program("(func $deep (call $exit (i32.const " + std::to_string(status) +
                                                   "))) (func (export \"_start\") (call $deep) unreachable)"))));
    EXPECT_EQ(ended.status, status);
    EXPECT_EQ(ended.err, "") << "nothing may run after the module";
    EXPECT_EQ(ended.handed, "started");
  }
}

TEST_F(WasmExecutorTest, output_is_complete_and_a_return_is_0) {
  const Ended ended = run(payload(module(program(
      "(func (export \"_start\") (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 20))))"))));
  EXPECT_EQ(ended.status, 0);
  EXPECT_EQ(ended.out, "hello\n");
}

TEST_F(WasmExecutorTest, a_trap_is_134_with_one_line) {
  const Ended ended = run(payload(module(program("(func $boom unreachable) (func (export \"_start\") (call $boom))"))));
  EXPECT_EQ(ended.status, 134);
  EXPECT_EQ(ended.err, "refrun: wasm trap: unreachable in boom\n");
}

TEST_F(WasmExecutorTest, limits_by_annotation) {
  const auto file = module(program("(func (export \"_start\") (loop (br 0)))"));
  EXPECT_THAT(run(payload(file, {{"org.runproof.wasm.fuel", "1000000"}})).err, HasSubstr("out of fuel"));
  const Ended ended = run(payload(file, {{"org.runproof.wasm.cpu-ms", "20"}}));
  EXPECT_THAT(ended.err, HasSubstr("deadline reached"));
  EXPECT_EQ(ended.status, 134);
}

TEST_F(WasmExecutorTest, what_is_wrong_with_a_module_is_found_before_the_gate) {
  EXPECT_THAT(prepare(payload("/nowhere/m.wasm")), HasSubstr("/nowhere/m.wasm"));
  EXPECT_THAT(prepare(payload(module("garbage", "m.wasm"))), HasSubstr("m.wasm: 0x"));
  EXPECT_THAT(prepare(payload(module(std::string("\0asm\1\0\0\0\1\5", 10), "m.wasm"))), HasSubstr("m.wasm: 0x"));
  EXPECT_THAT(prepare(payload(module("(module (func (result i32)))"))), HasSubstr("m.wat:1:"));
  EXPECT_THAT(prepare(payload(module("(module)"))), HasSubstr("_start"));
  EXPECT_THAT(prepare(payload(module("(module (import \"env\" \"x\" (func)))"))), HasSubstr("import env.x"));
  EXPECT_THAT(prepare(payload(module(program("(func (export \"_start\"))")), {{"org.runproof.wasm.fuel", "x"}})),
              HasSubstr("wasm.fuel"));
}

TEST_F(WasmExecutorTest, a_forced_tier_that_cannot_be_had_fails_start) {
  setenv("REFRUN_WASM_ALLOCATOR", "fastest", 1);
  const auto file = module(program("(func (export \"_start\"))"));
  EXPECT_THAT(prepare(payload(file)), HasSubstr("fastest"));
  setenv("REFRUN_WASM_ALLOCATOR", "on-demand", 1);
  EXPECT_EQ(run(payload(file)).status, 0);
  unsetenv("REFRUN_WASM_ALLOCATOR");
}

TEST_F(WasmExecutorTest, a_memory_that_cannot_be_had_fails_start) {
  const auto file = module("(module (memory 65536) (func (export \"_start\")))");
  if (base::kSanitizerTakesAddressSpace) GTEST_SKIP() << "the sanitizer needs more address space than this leaves";
  address_space_ = 256 << 20;
  const Ended ended = run(payload(file));
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.handed, StartsWith("failed: no memory"));
}

TEST_F(WasmExecutorTest, with_little_address_space_it_runs_and_its_stderr_is_its_own) {
  if (base::kSanitizerTakesAddressSpace) GTEST_SKIP() << "the sanitizer needs more address space than this leaves";
  address_space_ = 200 << 20;
  const Ended ended = run(payload(module(program("(func (export \"_start\") (call $exit (i32.const 5)))"))));
  EXPECT_EQ(ended.status, 5);
  EXPECT_EQ(ended.err, "");

  setenv("REFRUN_WASM_LOG", "1", 1);
  const Ended told = run(payload(module(program("(func (export \"_start\") (call $exit (i32.const 5)))"))));
  unsetenv("REFRUN_WASM_LOG");
  EXPECT_EQ(told.status, 5);
  EXPECT_THAT(told.err, HasSubstr("wasm memory: not pooled"));
}

}  // namespace
}  // namespace refrun
