#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace reports {

/// How one case ended (docs/event-log.md). In the order of worsening: of two, the later one stands for both.
enum class Outcome { skipped, unsupported, passed, info, xfail, soft, xpass, flaky, broken, timeout, failed };

inline constexpr std::array kOutcomes = {Outcome::skipped, Outcome::unsupported, Outcome::passed, Outcome::info,
                                         Outcome::xfail,   Outcome::soft,        Outcome::xpass,  Outcome::flaky,
                                         Outcome::broken,  Outcome::timeout,     Outcome::failed};

/// The order in which people want to read them: what needs a look first.
inline constexpr std::array kReadingOrder = {Outcome::failed, Outcome::timeout,     Outcome::broken, Outcome::flaky,
                                             Outcome::xpass,  Outcome::soft,        Outcome::info,   Outcome::xfail,
                                             Outcome::passed, Outcome::unsupported, Outcome::skipped};

/// The word that the event log uses.
[[nodiscard]] std::string_view word(Outcome outcome);
[[nodiscard]] std::optional<Outcome> outcome_from(std::string_view word);

/// What it means, as a few words for a legend.
[[nodiscard]] std::string_view meaning(Outcome outcome);

/// True for what makes a run red: failed, timeout, flaky, xpass. `broken` is the suite's own fault and is not red.
[[nodiscard]] bool is_red(Outcome outcome);

/// What several attempts at one case come to: flaky where some passed and some were red, else the worst.
[[nodiscard]] Outcome combine(Outcome a, Outcome b);

}  // namespace reports
