#include "harness/registry/level.h"

#include <array>

#include "harness/registry/case_info.h"
#include "harness/registry/outcome.h"

namespace runproof {
namespace {

constexpr std::array<std::string_view, 7> kLevels = {"must", "should", "may", "descr", "cli", "hardening", "vendor"};
constexpr std::array<std::string_view, 11> kOutcomes = {
    "passed", "failed", "soft", "info", "unsupported", "skipped", "xfail", "xpass", "flaky", "timeout", "broken"};

template <typename Enum, std::size_t N>
std::optional<Enum> from_word(const std::array<std::string_view, N>& words, std::string_view word) {
  for (std::size_t i = 0; i < N; ++i) {
    if (words.at(i) == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_text(Level level) { return kLevels.at(static_cast<std::size_t>(level)); }
std::optional<Level> level_from(std::string_view word) { return from_word<Level>(kLevels, word); }

std::string_view to_text(Outcome outcome) { return kOutcomes.at(static_cast<std::size_t>(outcome)); }
std::optional<Outcome> outcome_from(std::string_view word) { return from_word<Outcome>(kOutcomes, word); }

std::string_view to_text(Profile profile) { return profile == Profile::spec ? "spec" : "compat"; }

Outcome outcome_of_failure(Level level) {
  switch (level) {
    case Level::must:
    case Level::descr:
    case Level::hardening:
      return Outcome::failed;
    case Level::should:
    case Level::cli:
      return Outcome::soft;
    case Level::may:
    case Level::vendor:
      return Outcome::info;
  }
  return Outcome::failed;
}

bool is_red(Outcome outcome) {
  return outcome == Outcome::failed || outcome == Outcome::xpass || outcome == Outcome::flaky ||
         outcome == Outcome::timeout;
}

}  // namespace runproof
