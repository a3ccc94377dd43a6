#pragma once

#include <chrono>

namespace runproof {

/// How long this machine takes for what runtimes do most: twenty processes that exit at once. A guest measures the same
/// (fixtures/vm/guest_init.cc), and deadlines there are scaled by the ratio.
[[nodiscard]] std::chrono::nanoseconds measure_pace();

}  // namespace runproof
