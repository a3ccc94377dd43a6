#pragma once

#include "harness/cli/guest_program.h"
#include "harness/run/run_cases.h"

namespace runproof {

/// One try of `sabotage` as its log has it: the result, and under which fault it came about.
[[nodiscard]] base::Json try_event(const PlannedRun& run, base::Json result);

/// Takes the tries out of the log of a `sabotage` in a guest and hands them to `listener`, as if they took place here.
class GuestTries {
 public:
  GuestTries(const std::vector<const Case*>& cases, RunListener& listener) : cases_(cases), listener_(listener) {}
  void take(const base::Json& event);

 private:
  const std::vector<const Case*>& cases_;
  RunListener& listener_;
};

/// The environment variable that names a fault to the runtime.
inline constexpr const char* kFaultVariable = "REFRUN_SABOTAGE";

}  // namespace runproof
