#pragma once

#include <stdexcept>
#include <string>

#include "reference_runtime/stage/sync.h"

namespace refrun {

/// An operation that the container's status forbids; nothing was changed.
class WrongStatus : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A hook failed: the container is to be stopped and destroyed, and the poststop hooks run (runtime.md#lifecycle).
class HookFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Init's report of a failed step, as the exception that fits.
[[noreturn]] void throw_init_failure(const SyncMessage& message);

/// "permission denied": strerror's text with a small first letter, as callers look for it.
[[nodiscard]] std::string error_text(int error);

}  // namespace refrun
