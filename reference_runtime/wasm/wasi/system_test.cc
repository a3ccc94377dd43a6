#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "reference_runtime/wasm/scheduler.h"
#include "reference_runtime/wasm/wasi/imports.h"
#include "reference_runtime/wasm/wasi/program.h"
#include "reference_runtime/wasm/wasi/reactor.h"
#include "reference_runtime/wasm/wasi/test_guest.h"

namespace refrun::wasm::wasi {
namespace {

using std::chrono::milliseconds;

TEST(Imports, there_are_46) {
  EXPECT_EQ(imports().size(), 46U);
  EXPECT_EQ(text_of(find_import(kModuleName, "path_open")->type),
            "(i32, i32, i32, i32, i32, i64, i64, i32, i32) -> (i32)");
  EXPECT_EQ(find_import(kModuleName, "fd_open"), nullptr);
  EXPECT_EQ(find_import("env", "fd_read"), nullptr);
}

TEST(System, args_and_environment) {
  TestGuest box;
  box.world.args = {"prog", "", "three"};
  box.world.env = {"A=1"};
  EXPECT_EQ(box.call(args_sizes_get, 16, 20), Errno::success);
  EXPECT_EQ(box.guest.read<std::uint32_t>(16), 3U);
  EXPECT_EQ(box.guest.read<std::uint32_t>(20), 12U);
  EXPECT_EQ(box.call(args_get, 128, 256), Errno::success);
  EXPECT_EQ(box.get(256, 12), std::string("prog\0\0three\0", 12));
  EXPECT_EQ(box.guest.read<std::uint32_t>(136), 262U);
  EXPECT_EQ(box.call(environ_sizes_get, 16, 20), Errno::success);
  EXPECT_EQ(box.guest.read<std::uint32_t>(16), 1U);
  EXPECT_EQ(box.guest.read<std::uint32_t>(20), 4U);
  EXPECT_EQ(box.call(environ_get, 128, 256), Errno::success);
  EXPECT_EQ(box.get(256, 4), std::string("A=1\0", 4));
}

TEST(System, clocks_and_random) {
  TestGuest box;
  for (std::uint32_t id = 0; id < 4; ++id) {
    EXPECT_EQ(box.call(clock_time_get, id, 0, 128), Errno::success);
    EXPECT_GT(box.guest.read<std::uint64_t>(128), 0U);
    EXPECT_EQ(box.call(clock_res_get, id, 256), Errno::success);
    EXPECT_GT(box.guest.read<std::uint64_t>(256), 0U);
    EXPECT_LE(box.guest.read<std::uint64_t>(256), 1'000'000'000U);
  }
  EXPECT_EQ(box.call(clock_res_get, 4, 256), Errno::inval);
  EXPECT_EQ(box.call(clock_time_get, 4, 0, 128), Errno::inval);
  EXPECT_EQ(box.call(random_get, 128, 64), Errno::success);
  EXPECT_NE(box.get(128, 64), std::string(64, '\0'));
  EXPECT_EQ(box.call(random_get, 65530, 64), Errno::fault);
  EXPECT_EQ(box.call(wasi::sched_yield), Errno::success);
}

TEST(System, sockets) {
  TestGuest box;
  base::FdPair pair = base::make_socket_pair(SOCK_STREAM);
  const Fd here = box.world.add(std::move(pair.first));
  const Fd there = box.world.add(std::move(pair.second));
  const Size length = box.put(TestGuest::kData, "ping");
  EXPECT_EQ(box.call(sock_send, here, box.vector(TestGuest::kData, length), 1, 0, TestGuest::kOut), Errno::success);
  const Ptr list = box.vector(TestGuest::kData + 100, 100);
  EXPECT_EQ(box.call(sock_recv, there, list, 1, kPeek, TestGuest::kOut, 24), Errno::success);
  EXPECT_EQ(box.call(sock_recv, there, list, 1, 0, TestGuest::kOut, 24), Errno::success);
  EXPECT_EQ(box.get(TestGuest::kData + 100, box.out()), "ping");
  EXPECT_EQ(box.call(sock_shutdown, here, kShutWrite), Errno::success);
  EXPECT_EQ(box.call(sock_recv, there, list, 1, 0, TestGuest::kOut, 24), Errno::success);
  EXPECT_EQ(box.out(), 0U);
  EXPECT_EQ(box.call(sock_shutdown, here, 0), Errno::inval);
  EXPECT_EQ(box.call(sock_accept, here, 0, TestGuest::kOut), Errno::inval);
  EXPECT_EQ(box.call(sock_recv, 99, list, 1, 0, TestGuest::kOut, 24), Errno::badf);
}

/// Programs as text: the whole way, from import to ending.
Ending run_program(std::string_view body, Waiter* waiter = nullptr,
                   std::unique_ptr<World> world = std::make_unique<World>()) {
  const std::string text = R"((module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (import "wasi_snapshot_preview1" "proc_raise" (func $raise (param i32) (result i32)))
    (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1))" +
                           std::string(body) + ")";
  OnDemandSource memory;
  const auto module = load_module("program.wat", text, Metering::off);
  check_program(*module);
  world->waiter = waiter;
  Program program(module, memory, std::move(world));
  class Driver final : public Task {
   public:
    explicit Driver(Program& driven) : program_(driven) {}
    Stop run() override { return program_.run(); }
    [[nodiscard]] std::shared_ptr<Awaitable> awaited() const override { return program_.awaited(); }

   private:
    Program& program_;
  };
  Scheduler scheduler(1);
  scheduler.add(std::make_shared<Driver>(program));
  scheduler.run();
  return program.ending();
}

TEST(Program, its_exit_is_the_ending) {
  EXPECT_EQ(run_program("(func (export \"_start\"))").status, 0);
  for (int status : {0, 1, 42, 255}) {
    const std::string body =
        "(func (export \"_start\") (call $exit (i32.const " + std::to_string(status) + ")) unreachable)";
    EXPECT_EQ(run_program(body).status, status);
    EXPECT_EQ(run_program(body).trap, "");
  }
  EXPECT_EQ(
      run_program("(func $deep (call $exit (i32.const 7))) (func (export \"_start\") (call $deep) unreachable)").status,
      7);
  EXPECT_EQ(
      run_program("(func $s (call $exit (i32.const 3))) (start $s) (func (export \"_start\") unreachable)").status, 3);
}

TEST(Program, a_trap_is_134_and_named) {
  const Ending ending = run_program("(func $boom unreachable) (func (export \"_start\") (call $boom))");
  EXPECT_EQ(ending.status, 134);
  EXPECT_EQ(ending.trap, "unreachable in boom");
  EXPECT_EQ(run_program("(func (export \"_start\") (drop (call $raise (i32.const 6))))").status, 134);
  EXPECT_EQ(run_program("(func (export \"_start\") (drop (call $raise (i32.const 0))))").status, 0);
  EXPECT_EQ(run_program("(data (i32.const 65536) \"x\") (func (export \"_start\"))").status, 134);
}

TEST(Program, what_create_must_refuse) {
  const auto check = [](const char* text) { check_program(*load_module("x.wat", text, Metering::off)); };
  EXPECT_THROW(check("(module)"), LoadError);
  EXPECT_THROW(check("(module (memory (export \"_start\") 1))"), LoadError);
  EXPECT_THROW(check("(module (func (export \"_start\") (param i32)))"), LoadError);
  EXPECT_THROW(check("(module (import \"env\" \"f\" (func)) (func (export \"_start\")))"), LinkError);
  EXPECT_THROW(check("(module (import \"wasi_snapshot_preview1\" \"fd_close\" (func)) (func (export \"_start\")))"),
               LinkError);
  EXPECT_THROW(check("(module (import \"wasi_snapshot_preview1\" \"memory\" (memory 1)) (func (export \"_start\")))"),
               LinkError);
}

// Waits 30 ms by poll_oneoff, then exits with the number of events.
constexpr std::string_view kPolls = R"((func (export "_start")
    (i32.store (i32.const 16) (i32.const 1)) (i64.store (i32.const 24) (i64.const 30000000))
    (drop (call $poll (i32.const 0) (i32.const 256) (i32.const 1) (i32.const 512)))
    (call $exit (i32.load (i32.const 512)))))";

TEST(Program, waits_for_a_clock_alone_and_under_a_scheduler) {
  Reactor reactor;
  for (Waiter* waiter : {static_cast<Waiter*>(nullptr), static_cast<Waiter*>(&reactor)}) {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(run_program(kPolls, waiter).status, 1);
    const auto took = std::chrono::steady_clock::now() - start;
    EXPECT_GE(took, milliseconds(30));
    EXPECT_LT(took, milliseconds(30000));
  }
}

// Waits until descriptor 5 can be read, then exits with the byte read.
constexpr std::string_view kReads = R"((func (export "_start")
    (i32.store8 (i32.const 8) (i32.const 1)) (i32.store (i32.const 16) (i32.const 5))
    (drop (call $poll (i32.const 0) (i32.const 256) (i32.const 1) (i32.const 512)))
    (i32.store (i32.const 64) (i32.const 80)) (i32.store (i32.const 68) (i32.const 1))
    (drop (call $read (i32.const 5) (i32.const 64) (i32.const 1) (i32.const 72)))
    (call $exit (i32.load8_u (i32.const 80)))))";

TEST(Program, waits_for_a_pipe_under_a_scheduler) {
  Reactor reactor;
  base::FdPair pipe = base::make_pipe();
  auto world = std::make_unique<World>();
  world->add_at(5, std::move(pipe.first));
  std::thread writer([&] {
    pollfd none{-1, 0, 0};
    poll(&none, 1, 20);
    base::write_all(pipe.second.get(), "*");
  });
  EXPECT_EQ(run_program(kReads, &reactor, std::move(world)).status, '*');
  writer.join();
}

}  // namespace
}  // namespace refrun::wasm::wasi
