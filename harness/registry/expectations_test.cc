#include "harness/registry/expectations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/registry/version_range.h"

namespace runproof {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

Setting here() {
  return {.version = "1.1.5", .cgroup = "hybrid", .kernel = "6.18.0-9-cloud", .lane = "host", .today = 2026y / 11 / 21};
}

const std::vector<Case>& cases() {
  static const std::vector<Case> all = [] {
    std::vector<Case> made;
    for (const char* name : {"all", "all_paused", "zero"})
      made.push_back({std::string("kill.") + name, "kill", name, {}, "x.cc", 1, nullptr});
    made.push_back({"kill.name", "kill", "name", {.level = Level::should}, "x.cc", 1, nullptr});
    return made;
  }();
  return all;
}

Expectations of_entries(const std::string& entries) {
  return Expectations::parse(R"({"runtime": "runc", "expectations": [)" + entries + "]}", "runc.json");
}

std::string problems_of(const std::string& text) {
  try {
    static_cast<void>(Expectations::parse(text, "runc.json"));
  } catch (const ExpectationsError& error) {
    return error.what();
  }
  return "";
}

base::Json result(const std::string& outcome, bool leak = false) {
  return {{"outcome", outcome}, {"leak", leak}, {"message", "it says"}};
}

base::Json judged(const std::string& entry, base::Json result) {
  apply(of_entries(entry).entries.front(), here(), result);
  return result;
}

// --- What a result becomes

TEST(Expectation, AnExpectedFailureIsXfailAndSaysWhy) {
  const base::Json seen =
      judged(R"({"id": "kill.all", "outcome": "failed", "reason": "a bug", "link": "https://x"})", result("failed"));
  EXPECT_EQ(seen["outcome"], "xfail");
  EXPECT_EQ(seen["message"], "it says");
  EXPECT_EQ(seen["expectation"]["reason"], "a bug");
  EXPECT_EQ(seen["expectation"]["link"], "https://x");
  EXPECT_EQ(seen["expectation"]["outcome"], "failed");
}

TEST(Expectation, APassIsXpassAndNamesTheEntry) {
  const base::Json seen = judged(R"({"id": "kill.all", "outcome": "failed", "reason": "a bug"})", result("passed"));
  EXPECT_EQ(seen["outcome"], "xpass");
  EXPECT_EQ(seen["message"], "passed, although runc.json: /expectations/0 says failed; it says");
}

TEST(Expectation, AnotherRedThanExpectedStaysRed) {
  const std::string entry = R"({"id": "kill.all", "outcome": "failed", "reason": "a bug"})";
  EXPECT_EQ(judged(entry, result("timeout"))["outcome"], "timeout");
  EXPECT_EQ(judged(entry, result("failed", true))["outcome"], "failed") << "a leak that nobody expects";
  EXPECT_EQ(judged(entry, result("passed", true))["outcome"], "passed");
  EXPECT_TRUE(judged(entry, result("passed", true))["leak"]);
}

TEST(Expectation, AnExpectedLeakExcusesTheLeakAlone) {
  const std::string entry = R"({"id": "kill.all", "outcome": "leak", "reason": "a bug"})";
  const base::Json seen = judged(entry, result("passed", true));
  EXPECT_EQ(seen["outcome"], "xfail");
  EXPECT_FALSE(seen["leak"]);
  EXPECT_TRUE(seen["expectation"]["leak"]);
  EXPECT_EQ(judged(entry, result("failed", true))["outcome"], "failed");
  EXPECT_TRUE(judged(entry, result("failed", true))["leak"]);
}

TEST(Expectation, AnyOfSeveralOutcomesWillDo) {
  const std::string entry = R"({"id": "kill.all", "outcome": ["failed", "leak", "timeout"], "reason": "a bug"})";
  for (const auto& seen : {result("failed"), result("failed", true), result("timeout"), result("passed", true)})
    EXPECT_EQ(judged(entry, seen)["outcome"], "xfail") << seen;
  EXPECT_EQ(judged(entry, result("passed"))["outcome"], "xpass");
}

TEST(Expectation, AKnownFlakeIsNeverAPass) {
  const std::string entry = R"({"id": "kill.all", "outcome": "flaky", "reason": "a race"})";
  EXPECT_EQ(judged(entry, result("failed"))["outcome"], "xfail");
  EXPECT_EQ(judged(entry, result("passed"))["outcome"], "xfail");
  EXPECT_EQ(judged(entry, result("passed"))["message"], "passed this time; known to be flaky; it says");
}

TEST(Expectation, AnExpiredOneExcusesNothingAndIsItselfRed) {
  const std::string entry = R"({"id": "kill.all", "outcome": "failed", "reason": "a bug", "expires": "2026-11-20"})";
  EXPECT_EQ(judged(entry, result("failed"))["outcome"], "failed");
  EXPECT_EQ(judged(entry, result("failed"))["message"],
            "the expectation runc.json: /expectations/0 expired on 2026-11-20; it says");
  EXPECT_EQ(judged(entry, result("passed"))["outcome"], "xpass");
  const std::string last_day = R"({"id": "kill.all", "outcome": "failed", "reason": "a bug", "expires": "2026-11-21"})";
  EXPECT_EQ(judged(last_day, result("failed"))["outcome"], "xfail");
}

TEST(Expectation, WhatSaysNothingOfTheRuntimeStays) {
  const std::string entry = R"({"id": "kill.all", "outcome": "failed", "reason": "a bug"})";
  for (const char* outcome : {"skipped", "unsupported", "broken"})
    EXPECT_EQ(judged(entry, result(outcome)), result(outcome));
}

// --- Which one speaks

TEST(Expectations, TheVeryIdComesBeforeAGlob) {
  const auto all = of_entries(R"({"id": "kill.*", "outcome": "failed", "reason": "most"},
                                 {"id": "kill.all", "outcome": "timeout", "reason": "this one"})");
  EXPECT_EQ(all.of("kill.all", here())->reason, "this one");
  EXPECT_EQ(all.of("kill.zero", here())->reason, "most");
  EXPECT_EQ(all.of("state.id", here()), nullptr);
}

TEST(Expectations, AConditionMustHold) {
  const auto holds = [](const char* when) {
    const auto all =
        of_entries(std::string(R"({"id": "kill.all", "outcome": "failed", "reason": "r", "when": )") + when + "}");
    return all.of("kill.all", here()) != nullptr;
  };
  EXPECT_TRUE(holds("{}"));
  EXPECT_TRUE(holds(R"({"version": "1.1"})"));
  EXPECT_FALSE(holds(R"({"version": ">=1.2"})"));
  EXPECT_TRUE(holds(R"({"cgroup": ["v1", "hybrid"]})"));
  EXPECT_FALSE(holds(R"({"cgroup": "v2"})"));
  EXPECT_TRUE(holds(R"({"kernel": ">=6.1", "lane": "host"})"));
  EXPECT_FALSE(holds(R"({"kernel": ">=6.1", "lane": "v2"})"));
}

TEST(Expectations, AnIdThatIsNotThereIsNamedWithItsPlace) {
  const auto all = of_entries(R"({"id": "kill.al", "outcome": "failed", "reason": "r"},
                                 {"id": "kill", "outcome": "failed", "reason": "r"})");
  EXPECT_THAT(
      all.misfits(cases()),
      ElementsAre(HasSubstr("runc.json: /expectations/0/id: no case is called kill.al; did you mean kill.all")));
}

TEST(Expectations, AnOutcomeThatCannotBeIsNamed) {
  EXPECT_THAT(
      of_entries(R"({"id": "kill.name", "outcome": "failed", "reason": "r"})").misfits(cases()),
      ElementsAre("runc.json: /expectations/0/outcome: kill.name is a should case: where its claim does not hold "
                  "it is soft, never failed"));
}

TEST(Expectations, AnEntryWhoseCasesOthersTakeIsIdle) {
  const auto all = of_entries(R"({"id": "kill.all*", "outcome": "failed", "reason": "r"},
                                 {"id": "kill.all_*", "outcome": "failed", "reason": "r"})");
  EXPECT_THAT(all.idle(cases(), here()),
              ElementsAre(HasSubstr("runc.json: /expectations/1: kill.all_* matches nothing")));
  EXPECT_THAT(all.misfits(cases()), IsEmpty());
}

// --- The file

TEST(Expectations, AreWrittenAsTheyAreRead) {
  const std::string text = R"({
  "runtime": "runc",
  "expectations": [
    {"id":"kill.all","outcome":["failed","leak"],"when":{"version":"<1.2","cgroup":"hybrid"},"expires":"2027-06-30","reason":"a bug","link":"https://x"},
    {"id":"kill.zero","outcome":"timeout","reason":"slow"}
  ]
}
)";
  EXPECT_EQ(Expectations::parse(text, "runc.json").text(), text);
}

TEST(Expectations, EachProblemHasItsPlace) {
  const std::string problems = problems_of(R"({"runtimes": "runc", "expectations": [
    {"outcome": "passed", "reason": " "},
    {"id": "a", "outcome": ["flaky", "failed"], "reason": 1, "expires": "2026-02-30", "why": ""},
    {"id": "b", "outcome": [], "reason": "r", "when": {"version": "new", "cgroup": "v3", "host": "me"}},
    7,
    {"id": "c", "outcome": "failed", "reason": "r"},
    {"id": "c", "outcome": "timeout", "reason": "r"}]})");
  EXPECT_EQ(
      problems,
      "runc.json: /runtimes: unknown; there are runtime, expectations\n"
      "runc.json: /expectations/0/id: wanted the id of a case, or a glob\n"
      "runc.json: /expectations/0/reason: say why it is expected\n"
      "runc.json: /expectations/0/outcome: wanted one of failed, timeout, soft, info, leak, flaky, not \"passed\"\n"
      "runc.json: /expectations/1/why: unknown; there are id, outcome, reason, link, when, expires\n"
      "runc.json: /expectations/1/reason: wanted a text\n"
      "runc.json: /expectations/1/reason: say why it is expected\n"
      "runc.json: /expectations/1/outcome: flaky stands alone: it means that any outcome is known\n"
      "runc.json: /expectations/1/expires: wanted a day, as in 2027-06-30, not \"2026-02-30\"\n"
      "runc.json: /expectations/2/outcome: wanted one or several of failed, timeout, soft, info, leak, flaky\n"
      "runc.json: /expectations/2/when/host: unknown; there are version, cgroup, kernel, lane\n"
      "runc.json: /expectations/2/when/version: wanted versions, as in \"1.1.5\" or \">=1.1 <1.2\"\n"
      "runc.json: /expectations/2/when/cgroup: wanted one of none, v1, hybrid, v2, not \"v3\"\n"
      "runc.json: /expectations/3: wanted an object\n"
      "runc.json: /expectations/5: says again what runc.json: /expectations/4 says");
}

TEST(Expectations, TextThatIsNoJsonSaysWhere) {
  EXPECT_THAT(problems_of("{\"expectations\": [\n}"), HasSubstr("runc.json: parse error at line 2, column 1"));
  EXPECT_THAT(problems_of(R"({"expectations": 1})"), HasSubstr("runc.json: /expectations: wanted a list"));
  EXPECT_THAT(problems_of("[]"), HasSubstr("runc.json: /: wanted an object"));
}

// --- Versions

TEST(VersionRange, ComparesNumberByNumber) {
  const auto in = [](const char* range, const char* version) { return VersionRange::parse(range)->contains(version); };
  EXPECT_TRUE(in("1.1", "1.1.5"));
  EXPECT_FALSE(in("1.1", "1.10"));
  EXPECT_FALSE(in("1.1.5", "1.1"));
  EXPECT_TRUE(in(">=1.1 <1.2", "1.1.15"));
  EXPECT_FALSE(in(">=1.1 <1.2", "1.2.0-rc.1"));
  EXPECT_TRUE(in("<=1.2", "1.2.0"));
  EXPECT_TRUE(in(">6.1", "6.18.0-9-cloud"));
  EXPECT_FALSE(in(">=0", "devel")) << "a version that has no number is in no range";
}

TEST(VersionRange, IsRefusedWhereItIsNone) {
  for (const char* text : {"", " ", "new", ">=", "1.1-rc", "~1.2", ">= 1.2 x"})
    EXPECT_FALSE(VersionRange::parse(text)) << text;
}

}  // namespace
}  // namespace runproof
