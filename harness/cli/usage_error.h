#pragma once

#include <stdexcept>

namespace runproof {

/// What was asked for cannot be: exit code 2. `what()` is a sentence for people, without a period.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace runproof
