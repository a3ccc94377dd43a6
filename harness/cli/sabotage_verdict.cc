#include "harness/cli/sabotage_verdict.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "harness/cli/result_outcome.h"
#include "harness/registry/outcome.h"

namespace runproof {
namespace {

/// A fault shows where the claim does not hold, whatever its level makes of that, where the case hangs, or where
/// something is left.
bool shows(const base::Json& result) {
  const Outcome outcome = outcome_in(result);
  return is_red(outcome) || outcome == Outcome::soft || outcome == Outcome::info || result.value("leak", false);
}

std::string short_message(const base::Json& result) {
  const std::string message = result.value("message", "");
  return message.size() <= 200 ? message : message.substr(0, 200) + "...";
}

std::string list(const std::set<std::string>& names) { return base::join({names.begin(), names.end()}, ", "); }

}  // namespace

void SabotageVerdict::sound(const Case& one, const base::Json& result) {
  cases_.push_back(&one);
  const Outcome outcome = outcome_in(result);
  const std::string message = short_message(result);
  if (outcome == Outcome::passed && !result.value("leak", false)) {
    passed_.insert(one.id);
  } else if (outcome == Outcome::skipped || outcome == Outcome::unsupported) {
    untried_[one.id] = fmt::format("{}: {}", to_text(outcome), message);
    if (outcome == Outcome::unsupported) declined_.insert(one.id);
  } else if ((outcome == Outcome::soft || outcome == Outcome::info) && !one.info.unsabotaged.empty()) {
    untried_[one.id] = fmt::format("{}: {}", to_text(outcome), one.info.unsabotaged);
  } else {
    findings_.push_back(fmt::format("{} is {} without any fault: {}", one.id, to_text(outcome), message));
    return;
  }
  for (const std::string_view fault : one.info.faults) {
    if (!known(fault)) findings_.push_back(fmt::format("{} names a fault that there is not: {}", one.id, fault));
  }
}

void SabotageVerdict::faulted(const Case& one, const std::string& fault, const base::Json& result) {
  const bool named = std::ranges::find(one.info.faults, fault) != one.info.faults.end();
  if (outcome_in(result) == Outcome::broken) {
    findings_.push_back(fmt::format("{} is broken under {}: {}", one.id, fault, short_message(result)));
  } else if (shows(result)) {
    caught_by_[fault].insert(one.id);
    red_under_[one.id].insert(fault);
    untried_.erase(one.id);
  } else if (named && passed(one)) {
    findings_.push_back(fmt::format("{} names {} and is {} under it", one.id, fault, result.value("outcome", "")));
  }
}

bool SabotageVerdict::known(std::string_view fault) const {
  const std::string name{fault};
  return faults_.listed.contains(name) || faults_.arguments.contains(name);
}

bool SabotageVerdict::excused(const Case& one) const {
  return passed(one) && !red_under_.contains(one.id) && !one.info.unsabotaged.empty();
}

std::map<std::string, std::set<std::string>> SabotageVerdict::named_by_untried() const {
  std::map<std::string, std::set<std::string>> named;
  for (const Case* one : cases_) {
    if (!untried_.contains(one->id)) continue;
    for (const std::string_view fault : one->info.faults) named[std::string{fault}].insert(one->id);
  }
  std::erase_if(named, [this](const auto& entry) { return caught(entry.first) || !known(entry.first); });
  return named;
}

std::vector<std::string> SabotageVerdict::findings() const {
  std::vector<std::string> all = findings_;
  for (const Case* one : cases_) {
    if (passed(*one) && !red_under_.contains(one->id) && one->info.unsabotaged.empty()) {
      all.push_back(fmt::format("{} is turned red by no fault, and gives no reason (.unsabotaged)", one->id));
    }
  }
  if (!whole_) return all;
  const auto elsewhere = named_by_untried();
  for (const std::string& fault : faults_.listed) {
    if (!caught(fault) && !elsewhere.contains(fault)) all.push_back(fmt::format("{} is caught by no case", fault));
  }
  return all;
}

std::string SabotageVerdict::table() const {
  std::string text;
  for (const auto& [fault, cases] : caught_by_) text += fmt::format("{:<32} caught by {}\n", fault, list(cases));
  for (const Case* one : cases_) {
    if (excused(*one)) text += fmt::format("{:<32} no fault can turn it red: {}\n", one->id, one->info.unsabotaged);
  }
  for (const auto& [id, why] : untried_) text += fmt::format("{:<32} not tried here: {}\n", id, why);
  for (const auto& [fault, cases] : named_by_untried()) {
    text += fmt::format("{:<32} not tried here: named only by {}\n", fault, list(cases));
  }
  return text;
}

std::string SabotageVerdict::summary() const {
  const auto excuses = std::ranges::count_if(cases_, [this](const Case* one) { return excused(*one); });
  std::string text = fmt::format("{} cases: {} proven to fail, {} with a reason why they cannot, {} not tried here\n",
                                 cases_.size(), red_under_.size(), excuses, untried_.size());
  const auto caught_ones = std::ranges::count_if(faults_.listed, [this](const auto& fault) { return caught(fault); });
  text += fmt::format("{} faults: {} caught by these cases\n", faults_.listed.size(), caught_ones);
  return text;
}

}  // namespace runproof
