#pragma once

#include <string_view>

#include "base/json.h"
#include "reference_runtime/state/store.h"

namespace refrun {

enum class Status { creating, created, running, paused, stopped };
[[nodiscard]] std::string_view word(Status status);

/// Asks the kernel (runtime.md#state): is the creator at work, does init live, is its cgroup frozen, does init still
/// hold the gate.
[[nodiscard]] Status derive_status(const ContainerDir& dir, const std::optional<Record>& record);

/// runtime.md#state as JSON text goes to hooks and to `state`. `pid` is left out when it is 0.
[[nodiscard]] base::OrderedJson state_json(const Record& record, Status status, pid_t pid);

}  // namespace refrun
