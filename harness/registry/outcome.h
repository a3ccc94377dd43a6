#pragma once

#include <optional>
#include <string_view>

#include "harness/registry/level.h"

namespace runproof {

/// What a case came to; docs/event-log.md says what each means.
enum class Outcome { passed, failed, soft, info, unsupported, skipped, xfail, xpass, flaky, timeout, broken };

/// The word in the event log: the enumerator's name.
[[nodiscard]] std::string_view to_text(Outcome outcome);
[[nodiscard]] std::optional<Outcome> outcome_from(std::string_view word);

/// What it is when a claim of this level does not hold: must, descr, hardening: failed; should, cli: soft; may, vendor:
/// info.
[[nodiscard]] Outcome outcome_of_failure(Level level);
/// Outcomes that make a run exit 1: failed, xpass, flaky, timeout.
[[nodiscard]] bool is_red(Outcome outcome);

}  // namespace runproof
