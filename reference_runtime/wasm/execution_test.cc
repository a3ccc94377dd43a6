#include "reference_runtime/wasm/execution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "reference_runtime/wasm/ticker.h"

namespace refrun::wasm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A module from text, its instance, and one call into it.
class Runner {
 public:
  explicit Runner(std::string_view wat, Meter* meter = nullptr)
      : store_(memory_),
        instance_(
            store_.instantiate(load_module("test.wat", wat, Metering::on), [](auto, auto) { return std::nullopt; })),
        execution_(meter) {}

  Stop start(std::vector<Value> args = {}) {
    execution_.call(*instance_.find_function("run"), args);
    return execution_.run();
  }
  Execution& execution() { return execution_; }

 private:
  OnDemandSource memory_;
  Store store_;
  Instance& instance_;
  Execution execution_;
};

constexpr std::string_view kSum = R"((module (func (export "run") (param i32) (result i32) (local i32)
  (loop (local.set 1 (i32.add (local.get 1) (local.get 0)))
        (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
  (local.get 1))))";
constexpr std::string_view kForever = R"((module (func (export "run") (loop (br 0)))))";
constexpr std::string_view kRecursion = R"((module (func $deep (export "run") (call $deep))))";

TEST(Execution, runs) {
  Runner run(kSum);
  ASSERT_EQ(run.start({Value::i32(1000)}), Stop::finished);
  EXPECT_THAT(run.execution().results(), ElementsAre(Value::i32(500500)));
}

TEST(Execution, a_fuel_limit_traps_by_default) {
  Meter meter;
  meter.limit_fuel(1'000'000);
  Runner run(kForever, &meter);
  EXPECT_EQ(run.start(), Stop::trapped);
  EXPECT_EQ(run.execution().trap(), Trap::out_of_fuel);
  EXPECT_NEAR(static_cast<double>(meter.used()), 1e6, 100);
}

TEST(Execution, the_callback_can_go_on_and_then_trap) {
  Meter meter;
  int asked = 0;
  meter.limit_fuel(1000);
  meter.on_deadline([&](Deadline deadline) {
    EXPECT_EQ(deadline, Deadline::fuel);
    return ++asked < 5 ? Decision::proceed(1000) : Decision::trap();
  });
  Runner run(kForever, &meter);
  EXPECT_EQ(run.start(), Stop::trapped);
  EXPECT_EQ(asked, 5);
}

TEST(Execution, yields_and_is_resumed_on_other_threads) {
  Meter meter;
  meter.limit_fuel(10);
  meter.on_deadline([](Deadline) { return Decision::yield(100); });
  Runner run(kSum, &meter);
  Stop stop = run.start({Value::i32(1000)});
  int resumes = 0;
  while (stop == Stop::yielded) {
    ++resumes;
    std::thread([&] { stop = run.execution().run(); }).join();
  }
  EXPECT_EQ(stop, Stop::finished);
  EXPECT_GT(resumes, 10);
  EXPECT_THAT(run.execution().results(), ElementsAre(Value::i32(500500)));
}

TEST(Execution, a_deadline_counts_from_the_resume) {
  Epoch epoch;
  Meter meter;
  meter.limit_epoch(epoch, 1);
  meter.on_deadline([](Deadline) { return Decision::yield(2); });
  Runner run(kForever, &meter);
  epoch.advance();
  ASSERT_EQ(run.start(), Stop::yielded);
  for (int i = 0; i < 10; ++i) epoch.advance();  // others run meanwhile
  std::thread driver([&] {
    Ticker ticker(epoch, std::chrono::milliseconds(20));
    EXPECT_EQ(run.execution().run(), Stop::yielded);
  });
  driver.join();
  EXPECT_GE(epoch.now(), 13U) << "the slice after the resume must be two ticks long";
}

TEST(Execution, a_ticking_epoch_stops_a_loop) {
  Epoch epoch;
  Ticker ticker(epoch, std::chrono::milliseconds(1));
  Meter meter;
  meter.limit_epoch(epoch, 3);
  Runner run(kForever, &meter);
  EXPECT_EQ(run.start(), Stop::trapped);
  EXPECT_EQ(run.execution().trap(), Trap::deadline);
}

TEST(Execution, endless_recursion_traps_and_names_the_function) {
  Runner run(kRecursion);
  EXPECT_EQ(run.start(), Stop::trapped);
  EXPECT_EQ(run.execution().trap_text(), "call stack exhausted in deep");
}

TEST(Execution, recursion_is_a_place_to_stop_at) {
  Meter meter;
  meter.limit_fuel(1000);
  Runner run(kRecursion, &meter);
  EXPECT_EQ(run.start(), Stop::trapped);
  EXPECT_EQ(run.execution().trap(), Trap::out_of_fuel);
}

TEST(Execution, bulk_operations_cost_fuel_by_length) {
  Meter meter;
  meter.limit_fuel(1'000'000);
  Runner run(R"((module (memory 1000) (func (export "run")
    (loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536000)) (br 0)))))",
             &meter);
  EXPECT_EQ(run.start(), Stop::trapped);
  EXPECT_LT(meter.used(), 3'000'000U);
}

TEST(Execution, growing_to_the_limits_gives_minus_one) {
  Runner run(R"((module (memory 1) (table 1 funcref) (func (export "run") (result i32 i32)
    (loop (br_if 0 (i32.ne (table.grow 0 (ref.null func) (i32.const 1000000)) (i32.const -1))))
    (memory.grow (i32.const 65536)) (table.grow 0 (ref.null func) (i32.const -1)))))");
  ASSERT_EQ(run.start(), Stop::finished);
  EXPECT_THAT(run.execution().results(), ElementsAre(Value::i32(0xffffffff), Value::i32(0xffffffff)));
}

TEST(Module, errors_say_where) {
  const auto message = [](std::string_view name, std::string_view bytes) -> std::string {
    try {
      load_module(name, bytes, Metering::off);
    } catch (const LoadError& e) {
      return e.what();
    }
    return "accepted";
  };
  EXPECT_THAT(message("a.wasm", ""), HasSubstr("a.wasm: 0x0: "));
  EXPECT_THAT(message("a.wasm",
                      "\x7f"
                      "ELF and so on"),
              HasSubstr("bad magic value"));
  EXPECT_THAT(message("a.wasm", std::string_view("\0asm\1\0\0\0\1", 9)), HasSubstr("a.wasm: 0x9: "));
  EXPECT_THAT(message("a.wat", "(module (func (result i32)))"), HasSubstr("a.wat:1:"));
  EXPECT_THAT(message("a.wat", std::string(5000, '(')), HasSubstr("nested deeper"));
}

}  // namespace
}  // namespace refrun::wasm
