#pragma once

#include <string_view>
#include <system_error>

#include "base/json_fwd.h"

// Named steps and faults. In the sabotage build (REFRUN_SABOTAGE defined) the environment variable REFRUN_SABOTAGE
// makes refrun misbehave in one named way, so that every conformance case can be seen to fail:
//   NAME                    skip that step, or switch that fault on
//   stop_at:STEP            SIGSTOP this process just before the step
//   fail_at:STEP:ERRNO      the step fails with that errno (a name or a number) instead of running
//   config:drop:/pointer    remove a value from config.json before it is read
//   config:set:/pointer=V   replace (or add) it by the JSON value V
// In the shipped build everything here is constant and folds away.

namespace refrun {

enum class Step {
#define STEP(name, kind, text) name,
#include "reference_runtime/sys/steps.def"
#undef STEP
};

/// The step's name: part of messages and of the sabotage interface.
[[nodiscard]] const char* step_name(Step step) noexcept;

enum class StepAction { run, skip };

#ifdef REFRUN_SABOTAGE
inline constexpr bool kSabotageBuild = true;

/// Reads REFRUN_SABOTAGE. Throws std::runtime_error for a name that does not exist.
void read_sabotage();
/// Whether this fault of faults.def is on (tools/fault_names.sh checks the names). After read_sabotage() it compares
/// two names: fit for use between clone and exec.
[[nodiscard]] bool fault(std::string_view name) noexcept;
/// What to do with a step that is about to run; stops here if told so. `error` is set where it must fail.
[[nodiscard]] StepAction before_step(Step step, int& error) noexcept;
/// Applies config:drop and config:set.
void sabotage_config(base::Json& config);
/// All steps and faults: [{name, kind, description, has_case}]. Kind "point" is a step that can be stopped or failed,
/// not skipped. has_case is false for what no conformance case catches yet.
[[nodiscard]] base::Json list_faults();
#else
inline constexpr bool kSabotageBuild = false;
inline void read_sabotage() {}
[[nodiscard]] constexpr bool fault(std::string_view) noexcept { return false; }
[[nodiscard]] constexpr StepAction before_step(Step, int&) noexcept { return StepAction::run; }
inline void sabotage_config(base::Json&) {}
#endif

/// The parent's way to run a named step: `doing` throws when it fails.
template <typename Doing>
void run_step(Step step, Doing&& doing) {
  int error = 0;
  if (before_step(step, error) == StepAction::skip) return;
  if (error != 0) throw std::system_error(error, std::generic_category(), step_name(step));
  doing();
}

}  // namespace refrun
