#pragma once

#include <string_view>
#include <vector>

#include "reference_runtime/plan/init_plan.h"
#include "reference_runtime/stage/sync.h"

// Everything declared here runs between clone and exec: noexcept, no allocation, no locks, no logging. A step returns 0
// or an errno; Init::fail() says what about.

namespace refrun {

/// What init learns on its way.
struct Init {
  explicit Init(InitPlan& init_plan) : plan(init_plan) {}

  /// Remembers "what which" for the report and returns `error`, which may come negative from the kernel.
  int fail(int error, const char* what, const char* which = "") noexcept;

  InitPlan& plan;
  int root = -1;  // the container's root directory
  int sync = -1;  // to the parent; later to `start`
  char detail[sizeof(SyncMessage::detail)] = {};
};

struct InitStep {
  Step step{};
  int (*run)(Init&) noexcept = nullptr;
};

/// Two lists: up to the gate, and beyond it.
struct InitSteps {
  std::vector<InitStep> create;
  std::vector<InitStep> start;
};

/// The steps that this plan needs, in order.
[[nodiscard]] InitSteps init_steps(const InitPlan& plan);
/// Those of a process that joins a container: `exec`. All of them are in `create`.
[[nodiscard]] InitSteps exec_steps(const InitPlan& plan);

/// Init's whole life, right after clone3.
[[noreturn]] void run_init(InitPlan& plan, const InitSteps& steps) noexcept;

}  // namespace refrun
