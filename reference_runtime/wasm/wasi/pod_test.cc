#include "reference_runtime/wasm/wasi/pod.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/unique_fd.h"

namespace refrun::wasm::wasi {
namespace {

using testing::HasSubstr;

constexpr std::string_view kImports = R"((module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $args (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1))";
constexpr const char* kForever = "(func $spin (loop (br 0))) (func (export \"_start\") (call $spin))";
constexpr const char* kTraps = "(func $boom unreachable) (func (export \"_start\") (call $boom))";
// Exits with the number of its arguments.
constexpr const char* kCounts =
    R"((func (export "_start") (drop (call $args (i32.const 0) (i32.const 4))) (call $exit (i32.load (i32.const 0)))))";
// Waits 20 ms, then exits with 9.
constexpr const char* kWaits = R"((func (export "_start")
    (i32.store (i32.const 16) (i32.const 1)) (i64.store (i32.const 24) (i64.const 20000000))
    (drop (call $poll (i32.const 0) (i32.const 256) (i32.const 1) (i32.const 512))) (call $exit (i32.const 9))))";
// A long count, then 3.
constexpr const char* kWorks = R"((func (export "_start") (local i32)
    (loop (br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 30000000)))) (call $exit (i32.const 3))))";

Member member(const char* body, std::vector<std::string> args = {"m"}, RunLimits limits = {}) {
  Member made{.name = "m", .world = std::make_unique<World>(), .limits = limits};
  made.module = load_module("m.wat", std::string(kImports) + body + ")", Metering::on);
  made.world->args = std::move(args);
  return made;
}

std::vector<Ending> run(std::vector<Member> members, std::uint32_t workers) {
  OnDemandSource memory;
  return run_pod(std::move(members), workers, memory);
}

TEST(Pod, each_member_has_its_own_world_and_ending) {
  for (std::uint32_t workers : {1U, 4U}) {
    std::vector<Member> members;
    members.push_back(member(kCounts, {"a", "b", "c"}));
    members.push_back(member(kTraps));
    members.push_back(member(kWaits));
    members.push_back(member(kWorks));
    members.push_back(member(kCounts, {"a"}));
    const auto endings = run(std::move(members), workers);
    EXPECT_EQ(endings[0].status, 3);
    EXPECT_EQ(endings[1].status, 134);
    EXPECT_EQ(endings[1].trap, "unreachable in boom");
    EXPECT_EQ(endings[2].status, 9);
    EXPECT_EQ(endings[3].status, 3);
    EXPECT_EQ(endings[4].status, 1);
  }
}

TEST(Pod, one_that_never_ends_does_not_hold_the_others) {
  std::vector<Member> members;
  members.push_back(member(kForever, {}, {.wall_time = std::chrono::milliseconds(300)}));
  members.push_back(member(kWaits));
  members.push_back(member(kForever, {}, {.cpu_time = std::chrono::milliseconds(30)}));
  members.push_back(member(kForever, {}, {.fuel = 5'000'000}));
  const auto endings = run(std::move(members), 1);
  EXPECT_THAT(endings[0].trap, HasSubstr("deadline reached in spin"));
  EXPECT_EQ(endings[1].status, 9);
  EXPECT_THAT(endings[2].trap, HasSubstr("deadline reached"));
  EXPECT_THAT(endings[3].trap, HasSubstr("out of fuel"));
}

}  // namespace
}  // namespace refrun::wasm::wasi
