#pragma once

#include <string>

#include "harness/bundle/config.h"

namespace runproof {

/// A filter that allows everything but for this rule, linux.seccomp.syscalls[0].
[[nodiscard]] Config with_rule(Json rule);
/// A filter with this default action; linux.seccomp.syscalls[0] allows what a runtime and the probe need, but not the
/// system calls that the probe makes on demand.
[[nodiscard]] Config with_default(const std::string& action);

}  // namespace runproof
