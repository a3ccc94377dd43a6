#include "reports/outcome.h"

#include <algorithm>

namespace reports {
namespace {

struct Words {
  std::string_view word;
  std::string_view meaning;
};

Words words_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::skipped:
      return {"skipped", "this host lacks what the case needs"};
    case Outcome::unsupported:
      return {"unsupported", "the runtime declares it absent"};
    case Outcome::passed:
      return {"passed", "the claim held"};
    case Outcome::info:
      return {"info", "a MAY or a vendor extension differs"};
    case Outcome::xfail:
      return {"xfail", "failed, as an expectation says"};
    case Outcome::soft:
      return {"soft", "a SHOULD or the common command line is not met"};
    case Outcome::xpass:
      return {"xpass", "passed, although an expectation says it fails"};
    case Outcome::flaky:
      return {"flaky", "both passed and failed in one run"};
    case Outcome::broken:
      return {"broken", "the suite could not do its job"};
    case Outcome::timeout:
      return {"timeout", "did not end by its deadline"};
    case Outcome::failed:
      return {"failed", "the claim does not hold"};
  }
  return {};
}

}  // namespace

std::string_view word(Outcome outcome) { return words_of(outcome).word; }

std::string_view meaning(Outcome outcome) { return words_of(outcome).meaning; }

std::optional<Outcome> outcome_from(std::string_view text) {
  const auto* found = std::find_if(kOutcomes.begin(), kOutcomes.end(), [&](Outcome o) { return word(o) == text; });
  return found == kOutcomes.end() ? std::nullopt : std::optional(*found);
}

bool is_red(Outcome outcome) {
  return outcome == Outcome::failed || outcome == Outcome::timeout || outcome == Outcome::flaky ||
         outcome == Outcome::xpass;
}

Outcome combine(Outcome a, Outcome b) {
  const auto both = [&](auto one, auto other) { return (one(a) && other(b)) || (one(b) && other(a)); };
  const auto held = [](Outcome o) { return o == Outcome::passed || o == Outcome::xpass; };
  const auto fell = [](Outcome o) {
    return o == Outcome::failed || o == Outcome::timeout || o == Outcome::xfail || o == Outcome::soft ||
           o == Outcome::info || o == Outcome::flaky;
  };
  const auto flaky = [](Outcome o) { return o == Outcome::flaky; };
  if (both(held, fell) || both(flaky, fell) || both(flaky, held)) return Outcome::flaky;
  return std::max(a, b);
}

}  // namespace reports
