#include "harness/registry/expectations.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "harness/registry/outcome.h"
#include "harness/registry/selection.h"

namespace runproof {
namespace {

bool empty_or_has(const std::vector<std::string>& list, std::string_view one) {
  return list.empty() || std::ranges::find(list, one) != list.end();
}

std::string joined(const std::set<std::string>& words) {
  return base::join(std::vector<std::string>(words.begin(), words.end()), " or ");
}

/// Whether a case of this level can come to this: a broken SHOULD is soft, never failed.
bool possible(const std::string& outcome, Level level) {
  const bool by_level = outcome == "failed" || outcome == "soft" || outcome == "info";
  return !by_level || outcome == to_text(outcome_of_failure(level));
}

/// What is wrong with a result; nothing for a clean pass.
std::set<std::string> troubles_of(const base::Json& result) {
  std::set<std::string> troubles;
  const std::string outcome = result.value("outcome", "");
  if (outcome != "passed") troubles.insert(outcome);
  if (result.value("leak", false)) troubles.insert("leak");
  return troubles;
}

/// Says nothing about what the runtime does.
bool is_no_verdict(const std::string& outcome) {
  return outcome == "skipped" || outcome == "unsupported" || outcome == "broken";
}

void annotate(const Expectation& expectation, base::Json& result, const std::string& note) {
  result["expectation"] = {{"reason", expectation.reason},
                           {"link", expectation.link},
                           {"place", expectation.place},
                           {"outcome", result.value("outcome", "")},
                           {"leak", result.value("leak", false)}};
  const std::string message = result.value("message", "");
  if (!note.empty()) result["message"] = message.empty() ? note : note + "; " + message;
}

}  // namespace

ExpectationsError::ExpectationsError(const std::vector<std::string>& problems)
    : std::runtime_error(base::join(problems, "\n")) {}

bool Condition::holds(const Setting& setting) const {
  return (!version || version->contains(setting.version)) && (!kernel || kernel->contains(setting.kernel)) &&
         empty_or_has(cgroup, setting.cgroup) && empty_or_has(lane, setting.lane);
}

const Expectation* Expectations::of(std::string_view id, const Setting& setting) const {
  const Expectation* by_glob = nullptr;
  for (const Expectation& entry : entries) {
    if (!entry.when.holds(setting)) continue;
    if (entry.id == id) return &entry;
    if (by_glob == nullptr && id_matches(entry.id, id)) by_glob = &entry;
  }
  return by_glob;
}

std::vector<std::string> Expectations::misfits(std::span<const Case> cases) const {
  std::vector<std::string> problems;
  for (const Expectation& entry : entries) {
    std::vector<const Case*> mine;
    for (const Case& one : cases) {
      if (id_matches(entry.id, one.id)) mine.push_back(&one);
    }
    if (mine.empty()) {
      const auto similar = similar_ids(cases, entry.id);
      const std::string hint = similar.empty() ? "" : fmt::format("; did you mean {}?", base::join(similar, ", "));
      problems.push_back(fmt::format("{}/id: no case is called {}{}", entry.place, entry.id, hint));
      continue;
    }
    for (const std::string& outcome : entry.outcomes) {
      if (std::ranges::any_of(mine, [&](const Case* one) { return possible(outcome, one->info.level); })) continue;
      problems.push_back(fmt::format("{}/outcome: {} is a {} case: where its claim does not hold it is {}, never {}",
                                     entry.place, mine.front()->id, to_text(mine.front()->info.level),
                                     to_text(outcome_of_failure(mine.front()->info.level)), outcome));
    }
  }
  return problems;
}

std::vector<std::string> Expectations::idle(std::span<const Case> cases, const Setting& setting) const {
  std::set<const Expectation*> speaking;
  for (const Case& one : cases) speaking.insert(of(one.id, setting));
  std::vector<std::string> problems;
  for (const Expectation& entry : entries) {
    if (!entry.when.holds(setting) || speaking.contains(&entry)) continue;
    problems.push_back(fmt::format("{}: {} matches nothing: other entries speak for its cases", entry.place, entry.id));
  }
  return problems;
}

void apply(const Expectation& expectation, const Setting& setting, base::Json& result) {
  if (is_no_verdict(result.value("outcome", ""))) return;
  const std::set<std::string> troubles = troubles_of(result);
  if (expectation.expired(setting)) {
    annotate(expectation, result,
             fmt::format("the expectation {} expired on {}", expectation.place, day_text(*expectation.expires)));
    if (troubles.empty()) result["outcome"] = to_text(Outcome::xpass);
    return;
  }
  if (expectation.outcomes.contains("flaky")) {
    annotate(expectation, result, troubles.empty() ? "passed this time; known to be flaky" : "");
    result["outcome"] = to_text(Outcome::xfail);
    result["leak"] = false;
    return;
  }
  if (troubles.empty()) {
    annotate(expectation, result,
             fmt::format("passed, although {} says {}", expectation.place, joined(expectation.outcomes)));
    result["outcome"] = to_text(Outcome::xpass);
    return;
  }
  if (!std::ranges::includes(expectation.outcomes, troubles)) return;
  annotate(expectation, result, "");
  result["outcome"] = to_text(Outcome::xfail);
  result["leak"] = false;
}

}  // namespace runproof
