#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "base/deadline.h"
#include "harness/host/facts.h"
#include "harness/observe/death.h"
#include "harness/registry/case_info.h"
#include "harness/runtime/runtime.h"

namespace runproof {

/// Everything around one run of one case. The worker process sets it before the body; nobody changes it afterwards.
struct Context {
  Runtime runtime;
  Facts facts;
  Profile profile = Profile::spec;
  WaitStrategy wait = WaitStrategy::automatic;
  std::filesystem::path stage;  ///< where bundles are made (bundle.h): shared by all workers of a run, outlives them
  std::filesystem::path
      scratch;  ///< exists, is empty, is this case's alone; the worker removes it afterwards unless `keep`
  std::filesystem::path probe;  ///< the guest program, static, as it was built; the stage has a copy
  bool keep = false;            ///< leave bundles where they are
  std::string run_id = "0";     ///< [a-z0-9]: names everything that this run makes
  int number = 0;               ///< of the worker, unique in the run: container ids are rp-<run_id>-<number>-<k>
  double deadline_scale = 1.0;  ///< on slow machines above 1
  base::Deadline case_deadline = base::Deadline::never();  ///< by which the case must have ended

  /// What every container, cgroup and directory of this case begins with: "rp-<run_id>-<number>".
  [[nodiscard]] std::string prefix() const;
  /// For one step: `span` scaled, but not beyond the case's own.
  [[nodiscard]] base::Deadline within(std::chrono::milliseconds span) const;
};

/// The case that runs in this process. Throws std::logic_error before `set_context`.
[[nodiscard]] const Context& context();
void set_context(Context context);

}  // namespace runproof
