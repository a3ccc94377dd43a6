#include "reference_runtime/wasm/selection.h"

#include <gtest/gtest.h>

#include "reference_runtime/wasm/execution.h"
#include "reference_runtime/wasm/limits.h"

namespace refrun::wasm {
namespace {

TEST(Selection, by_annotation) {
  EXPECT_TRUE(asks_for_wasm({{"run.oci.handler", "wasm"}}, "/app"));
  EXPECT_TRUE(asks_for_wasm({{"run.oci.handler", "wasm-smart"}}, "/app.wasm"));
  EXPECT_TRUE(asks_for_wasm({{"run.oci.handler", "wasm-smart"}}, "/app.wat"));
  EXPECT_FALSE(asks_for_wasm({{"run.oci.handler", "wasm-smart"}}, "/app"));
  EXPECT_TRUE(asks_for_wasm({{"module.wasm.image/variant", "compat"}}, "/app"));
  EXPECT_TRUE(asks_for_wasm({{"module.wasm.image/variant", "compat-smart"}}, "/app.wasm"));
  EXPECT_FALSE(asks_for_wasm({{"module.wasm.image/variant", "compat-smart"}}, "/bin/sh"));
  EXPECT_FALSE(asks_for_wasm({}, "/app.wasm"));
}

TEST(Selection, the_handler_annotation_decides_alone) {
  EXPECT_FALSE(asks_for_wasm({{"run.oci.handler", "krun"}, {"module.wasm.image/variant", "compat"}}, "/app.wasm"));
}

TEST(Selection, never_a_sandbox) {
  EXPECT_FALSE(
      asks_for_wasm({{"run.oci.handler", "wasm"}, {"io.kubernetes.cri.container-type", "sandbox"}}, "/app.wasm"));
  EXPECT_TRUE(
      asks_for_wasm({{"run.oci.handler", "wasm"}, {"io.kubernetes.cri.container-type", "container"}}, "/app.wasm"));
}

Trap trap_of_endless_loop(const RunLimits& limits) {
  OnDemandSource memory;
  Store store(memory);
  const auto module = load_module("loop.wat", "(module (func (export \"run\") (loop (br 0))))", limits.metering());
  Instance& instance = store.instantiate(module, [](auto, auto) { return std::nullopt; });
  Meter meter;
  limits.arm(meter);
  Execution execution(&meter);
  execution.call(*instance.find_function("run"), {});
  execution.run();
  return execution.trap();
}

TEST(RunLimits, each_ends_a_loop) {
  EXPECT_EQ(trap_of_endless_loop(RunLimits::from({{"org.runproof.wasm.fuel", "100000"}})), Trap::out_of_fuel);
  EXPECT_EQ(trap_of_endless_loop(RunLimits::from({{"org.runproof.wasm.cpu-ms", "5"}})), Trap::deadline);
  EXPECT_EQ(trap_of_endless_loop(RunLimits::from({{"org.runproof.wasm.wall-ms", "5"}})), Trap::deadline);
  EXPECT_EQ(trap_of_endless_loop(
                RunLimits::from({{"org.runproof.wasm.fuel", "100000"}, {"org.runproof.wasm.cpu-ms", "60000"}})),
            Trap::out_of_fuel);
}

TEST(RunLimits, what_is_no_number_is_named) {
  EXPECT_THROW(RunLimits::from({{"org.runproof.wasm.fuel", "lots"}}), LoadError);
  EXPECT_THROW(RunLimits::from({{"org.runproof.wasm.cpu-ms", "-1"}}), LoadError);
}

}  // namespace
}  // namespace refrun::wasm
