#include "harness/cli/expectations_update.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "harness/registry/selection.h"

namespace runproof {
namespace {

std::string joined(const std::set<std::string>& words) {
  return base::join(std::vector<std::string>(words.begin(), words.end()), " or ");
}

/// What was wrong with a case, before anything was excused; nothing for a clean pass. nullopt where the log says
/// nothing of it.
std::optional<std::set<std::string>> seen_in(const reports::CaseRun& run) {
  std::set<std::string> all;
  bool clean = false;
  bool told = false;
  for (const reports::Result& attempt : run.attempts) {
    const std::string outcome(attempt.expectation ? attempt.expectation->outcome : reports::word(attempt.outcome));
    if (outcome == "skipped" || outcome == "unsupported" || outcome == "broken") continue;
    const bool leak = attempt.expectation ? attempt.expectation->leak : attempt.leak;
    told = true;
    clean = clean || (outcome == "passed" && !leak);
    if (outcome != "passed") all.insert(outcome);
    if (leak) all.insert("leak");
  }
  if (!told) return std::nullopt;
  if (clean && !all.empty()) return std::set<std::string>{"flaky"};
  return all;
}

bool is_red(const std::set<std::string>& seen) {
  return std::ranges::any_of(seen, [](const std::string& word) { return word != "soft" && word != "info"; });
}

class Update {
 public:
  Update(const Expectations& before, const reports::Log& log, std::span<const Case> cases, const Bounds& bounds)
      : all_(before), cases_(cases), setting_(setting_of(log)), bounds_(bounds) {
    if (all_.runtime.empty()) all_.runtime = log.header.runtime.name;
  }

  ExpectationsUpdate take(const reports::Log& log) {
    std::erase_if(all_.entries, [&](const Expectation& entry) { return is_of_nothing(entry); });
    const Expectations known = all_;
    for (const reports::CaseRun& run : log.cases) {
      if (const auto seen = seen_in(run)) take(run, *seen, known.of(run.info.id, setting_));
    }
    drop_retired();
    std::ranges::stable_sort(all_.entries, {}, &Expectation::id);
    return {.expectations = std::move(all_), .changes = std::move(changes_)};
  }

 private:
  bool is_of_nothing(const Expectation& entry) {
    const bool fits = std::ranges::any_of(cases_, [&](const Case& one) { return id_matches(entry.id, one.id); });
    if (!fits) note("dropped", entry.id, "there is no such case");
    return !fits;
  }

  void take(const reports::CaseRun& run, const std::set<std::string>& seen, const Expectation* entry) {
    const std::string& id = run.info.id;
    if (entry == nullptr) {
      if (is_red(seen)) add(run, seen);
    } else if (entry->expired(setting_)) {
      note("expired", id,
           fmt::format("on {}; look again, then change its date or remove it", day_text(*entry->expires)));
    } else if (entry->outcomes.contains("flaky")) {
      return;
    } else if (seen.empty()) {
      retired_[entry->place].insert(id);
      note("dropped", id, "it passes");
    } else if (!std::ranges::includes(entry->outcomes, seen)) {
      change(*entry, id, seen);
    }
  }

  void add(const reports::CaseRun& run, const std::set<std::string>& seen) {
    const std::string message = run.worst().message;
    Expectation entry{.id = run.info.id, .outcomes = seen, .reason = fmt::format("{}{}", kUnexplained, message)};
    if (bounds_.contains("version")) entry.when.version = VersionRange::parse(setting_.version);
    if (bounds_.contains("kernel"))
      entry.when.kernel =
          VersionRange::parse(setting_.kernel.substr(0, setting_.kernel.find_first_not_of("0123456789.")));
    if (bounds_.contains("cgroup")) entry.when.cgroup = {setting_.cgroup};
    if (bounds_.contains("lane")) entry.when.lane = {setting_.lane};
    note("added", entry.id, joined(seen));
    all_.entries.push_back(std::move(entry));
  }

  void change(const Expectation& entry, const std::string& id, const std::set<std::string>& seen) {
    note("changed", id, fmt::format("{}, was {}", joined(seen), joined(entry.outcomes)));
    if (entry.id == id) {
      std::ranges::find(all_.entries, entry.place, &Expectation::place)->outcomes = seen;
      return;
    }
    Expectation own = entry;
    own.id = id;
    own.outcomes = seen;
    own.place.clear();
    all_.entries.push_back(std::move(own));
  }

  /// A glob of which one case passes speaks for the others one by one from now on.
  void drop_retired() {
    std::vector<Expectation> left;
    for (const Expectation& entry : all_.entries) {
      const auto retired = retired_.find(entry.place);
      if (entry.place.empty() || retired == retired_.end()) {
        left.push_back(entry);
        continue;
      }
      for (const Case& one : cases_) {
        if (!id_matches(entry.id, one.id) || retired->second.contains(one.id) || has_own(one.id, entry)) continue;
        left.push_back(entry);
        left.back().id = one.id;
      }
    }
    all_.entries = std::move(left);
  }

  /// Whether another entry than this glob speaks for the case.
  bool has_own(const std::string& id, const Expectation& glob) const {
    return std::ranges::any_of(all_.entries, [&](const Expectation& entry) {
      return entry.id == id && entry.place != glob.place && entry.when.holds(setting_);
    });
  }

  void note(std::string_view what, std::string_view id, std::string_view why) {
    changes_.push_back(fmt::format("{:8} {}: {}", what, id, why));
  }

  Expectations all_;
  std::span<const Case> cases_;
  Setting setting_;
  const Bounds& bounds_;
  std::map<std::string, std::set<std::string>> retired_;  ///< by an entry's place: its cases that pass
  std::vector<std::string> changes_;
};

}  // namespace

Setting setting_of(const reports::Log& log) {
  const auto fact = [&](const char* name) {
    return log.header.facts.is_object() ? log.header.facts.value(name, "") : std::string();
  };
  return {.version = log.header.runtime.version,
          .cgroup = fact("cgroup"),
          .kernel = fact("kernel"),
          .lane = log.header.lane};
}

ExpectationsUpdate update_expectations(const Expectations& before, const reports::Log& log, std::span<const Case> cases,
                                       const Bounds& bounds) {
  return Update(before, log, cases, bounds).take(log);
}

}  // namespace runproof
