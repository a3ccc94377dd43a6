#pragma once

#include "base/json.h"
#include "harness/registry/outcome.h"

namespace runproof {

/// The outcome that a result event of the log names; broken where that is no outcome.
inline Outcome outcome_in(const base::Json& result) {
  return outcome_from(result.value("outcome", "")).value_or(Outcome::broken);
}

}  // namespace runproof
