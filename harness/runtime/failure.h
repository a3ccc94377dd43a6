#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace runproof {

/// The suite cannot do its own job (no scratch space, no probe, a host that refuses): the case becomes `broken`, not
/// red.
class Broken : public std::runtime_error {
 public:
  /// "doing: cause"
  Broken(std::string_view doing, std::string_view cause)
      : std::runtime_error(std::string{doing}.append(": ").append(cause)) {}
};

/// A step that arranges what a case is about has failed, and that is the runtime's doing: the case has not held.
class CaseFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What only shows in the middle of a case: the runtime declares absent what it is about (`unsupported`).
class Unsupported : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace runproof
