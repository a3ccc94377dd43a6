#include "harness/cli/expectations_update.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace runproof {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<Case>& cases() {
  static const std::vector<Case> all = [] {
    std::vector<Case> made;
    for (const char* name : {"all", "all_paused", "all_twice", "zero"})
      made.push_back({std::string("kill.") + name, "kill", name, {}, "x.cc", 1, nullptr});
    return made;
  }();
  return all;
}

struct Seen {
  std::string id;
  reports::Outcome outcome;
  bool leak = false;
  std::optional<reports::Expectation> expectation = {};
};

reports::Log log_of(const std::vector<Seen>& all) {
  reports::Log log;
  log.header.runtime = {.name = "runc", .version = "1.1.5"};
  log.header.lane = "host";
  log.header.facts = {{"cgroup", "hybrid"}, {"kernel", "6.18.0-9-cloud"}};
  for (const Seen& seen : all) {
    reports::Result result{.outcome = seen.outcome, .leak = seen.leak, .message = "it says"};
    result.expectation = seen.expectation;
    if (!log.cases.empty() && log.cases.back().info.id == seen.id) {
      log.cases.back().attempts.push_back(result);
    } else {
      log.cases.push_back({.info = {.id = seen.id}, .attempts = {result}});
    }
  }
  return log;
}

Expectations entries(const std::string& text) {
  return Expectations::parse(R"({"runtime": "runc", "expectations": [)" + text + "]}", "runc.json");
}

constexpr const char* kAllFails = R"({"id": "kill.all", "outcome": "failed", "reason": "a bug"})";

/// The entries that come of it, a line each.
std::vector<std::string> updated(const std::string& before, const std::vector<Seen>& seen, const Bounds& bounds = {}) {
  std::vector<std::string> lines;
  for (const Expectation& entry :
       update_expectations(entries(before), log_of(seen), cases(), bounds).expectations.entries) {
    std::string line = entry.id;
    for (const std::string& outcome : entry.outcomes) line += " " + outcome;
    lines.push_back(line + ": " + entry.reason);
  }
  return lines;
}

using enum reports::Outcome;

TEST(ExpectationsUpdate, WhatIsRedGetsAnEntryThatSaysNobodyLooked) {
  EXPECT_THAT(updated("", {{"kill.zero", failed}, {"kill.all", passed, true}, {"kill.all_twice", soft}}),
              ElementsAre("kill.all leak: not looked into: it says", "kill.zero failed: not looked into: it says"));
}

TEST(ExpectationsUpdate, ANewEntryIsBoundToWhatIsAskedFor) {
  const auto update =
      update_expectations({}, log_of({{"kill.zero", failed}}), cases(), {"version", "kernel", "cgroup", "lane"});
  EXPECT_THAT(update.expectations.text(),
              HasSubstr(R"("when":{"version":"1.1.5","cgroup":"hybrid","kernel":"6.18.0","lane":"host"})"));
  EXPECT_THAT(update.expectations.text(), HasSubstr(R"("runtime": "runc")"));
  EXPECT_THAT(update.changes, ElementsAre("added    kill.zero: failed"));
}

TEST(ExpectationsUpdate, AConfirmedEntryStaysWhicheverWayTheLogWasMade) {
  EXPECT_THAT(updated(kAllFails, {{"kill.all", failed}}), ElementsAre("kill.all failed: a bug"));
  EXPECT_THAT(updated(kAllFails, {{"kill.all", xfail, false, reports::Expectation{.outcome = "failed"}}}),
              ElementsAre("kill.all failed: a bug"));
}

TEST(ExpectationsUpdate, WhatPassesLosesItsEntryWhicheverWayTheLogWasMade) {
  EXPECT_THAT(updated(kAllFails, {{"kill.all", passed}}), IsEmpty());
  EXPECT_THAT(updated(kAllFails, {{"kill.all", xpass, false, reports::Expectation{.outcome = "passed"}}}), IsEmpty());
}

TEST(ExpectationsUpdate, AnotherOutcomeTakesThePlaceOfTheOldOneAndTheReasonStays) {
  EXPECT_THAT(updated(kAllFails, {{"kill.all", timeout, true}}), ElementsAre("kill.all leak timeout: a bug"));
}

TEST(ExpectationsUpdate, WhatWasNotRunOrSaysNothingStays) {
  EXPECT_THAT(updated(kAllFails, {{"kill.zero", passed}}), ElementsAre("kill.all failed: a bug"));
  EXPECT_THAT(updated(kAllFails, {{"kill.all", skipped}}), ElementsAre("kill.all failed: a bug"));
}

TEST(ExpectationsUpdate, EntriesForAnotherVersionStayAndDoNotSpeak) {
  EXPECT_THAT(updated(R"({"id": "kill.all", "outcome": "failed", "reason": "old", "when": {"version": "1.0"}})",
                      {{"kill.all", timeout}}),
              ElementsAre("kill.all failed: old", "kill.all timeout: not looked into: it says"));
}

TEST(ExpectationsUpdate, AnEntryOfNoCaseGoes) {
  EXPECT_THAT(updated(R"({"id": "kill.gone", "outcome": "failed", "reason": "r"})", {}), IsEmpty());
}

TEST(ExpectationsUpdate, AGlobOfWhichOnePassesSpeaksForTheOthersOneByOne) {
  EXPECT_THAT(updated(R"({"id": "kill.all*", "outcome": "failed", "reason": "r"})",
                      {{"kill.all", failed}, {"kill.all_paused", passed}}),
              ElementsAre("kill.all failed: r", "kill.all_twice failed: r"));
}

TEST(ExpectationsUpdate, AGlobOfWhichOneEndsOtherwiseKeepsTheRest) {
  EXPECT_THAT(updated(R"({"id": "kill.all*", "outcome": "failed", "reason": "r"})",
                      {{"kill.all", failed}, {"kill.all_paused", timeout}}),
              ElementsAre("kill.all* failed: r", "kill.all_paused timeout: r"));
}

TEST(ExpectationsUpdate, BothEndsInOneLogAreFlaky) {
  EXPECT_THAT(updated("", {{"kill.zero", passed}, {"kill.zero", failed}}),
              ElementsAre("kill.zero flaky: not looked into: it says"));
}

TEST(ExpectationsUpdate, AnExpiredEntryIsForPeopleToLookAt) {
  const auto update =
      update_expectations(entries(R"({"id": "kill.all", "outcome": "failed", "reason": "r", "expires": "2020-01-01"})"),
                          log_of({{"kill.all", failed}}), cases(), {});
  EXPECT_EQ(update.expectations.entries.size(), 1U);
  EXPECT_THAT(update.changes, ElementsAre(HasSubstr("expired  kill.all: on 2020-01-01")));
}

}  // namespace
}  // namespace runproof
