#pragma once

#include <vector>

#include "harness/runtime/container.h"

namespace runproof {

/// Starts the same command of the runtime several times at once and waits for all. What does not end in time was ended:
/// timed_out.
[[nodiscard]] std::vector<Finished> run_together(Container& box, const Argv& words, int copies);
/// How many of them exited with 0.
[[nodiscard]] int successes_of(const std::vector<Finished>& commands);

}  // namespace runproof
