#include "reports/log.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "base/text.h"
#include "reports/fixture.h"

namespace reports {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kHeader =
    R"({"event":"header","schema":1,"runtime":{"path":"/r"},"plan":[{"id":"a.x"},{"id":"a.y"}],"planned":2})";
constexpr const char* kX = R"({"event":"result","id":"a.x","attempt":1,"outcome":"passed"})";
constexpr const char* kY = R"({"event":"result","id":"a.y","attempt":1,"outcome":"failed"})";
constexpr const char* kFooter = R"({"event":"footer","reported":2,"interrupted":false})";

std::string lines(const std::vector<std::string>& all) { return base::join(all, "\n") + "\n"; }

/// Why the log is refused; empty when it is not.
std::string refusal(const std::string& text) {
  try {
    static_cast<void>(parse_log(text));
    return {};
  } catch (const LogError& error) {
    return error.what();
  }
}

TEST(ParseLog, ReadsAWholeLog) {
  const Log log = parse_log(fixture_text("small"));

  EXPECT_EQ(runtime_title(log.header), "runc 1.1.5");
  EXPECT_EQ(log.header.facts["cgroup"], "hybrid");
  EXPECT_THAT(log.cases, SizeIs(14));
  EXPECT_THAT(log.not_run, IsEmpty());
  const CaseRun& gone = *log.find("kill.host_pidns_init_gone");
  EXPECT_EQ(gone.info.clause, "runtime.md#kill");
  EXPECT_TRUE(gone.leak());
  EXPECT_THAT(gone.worst().leftovers, SizeIs(3));
  EXPECT_EQ(gone.worst().commands.back().exit, 1);
  EXPECT_EQ(gone.worst().config_diff[0]["op"], "remove");
  EXPECT_EQ(log.find("delete.force_host_pidns")->worst().diagnosis.size(), 2U);
  EXPECT_EQ(log.find("config.annotations_empty_key")->worst().expectation->reason, "annotations are not checked");
}

TEST(ParseLog, TheSmallestLogIsFine) {
  const Log log = parse_log(lines({kHeader, kX, kY, kFooter}));
  EXPECT_EQ(log.cases[1].info.area, "a");
  EXPECT_EQ(log.cases[1].outcome(), Outcome::failed);
  EXPECT_EQ(runtime_title(log.header), "/r");
}

TEST(ParseLog, CasesComeInTheOrderOfThePlan) {
  const Log log = parse_log(lines({kHeader, kY, kX, kFooter}));
  EXPECT_EQ(log.cases[0].info.id, "a.x");
}

TEST(ParseLog, UnknownMembersAndKindsOfEventsAreIgnored) {
  const std::string footer = replaced(kFooter, "{", R"({"more":[1],)");
  EXPECT_EQ(refusal(lines({kHeader, kX, R"({"event":"heartbeat"})", kY, footer})), "");
}

TEST(ParseLog, RefusesWhatIsNoLog) {
  EXPECT_EQ(refusal(""), "the log is empty");
  EXPECT_EQ(refusal("\n\n"), "the log is empty");
  EXPECT_THAT(refusal("PASS\n"), HasSubstr("line 1: not a runproof event log"));
  EXPECT_THAT(refusal("\x7f\x45LF\x02\x01\x01"), HasSubstr("line 1: not a runproof event log"));
  EXPECT_THAT(refusal("{\"Action\":\"run\"}\n"), HasSubstr("line 1: no \"event\" member"));
  EXPECT_THAT(refusal("[1]\n"), HasSubstr("line 1: it is not an object"));
  EXPECT_THAT(refusal(lines({kX})), HasSubstr("line 1: the log begins with a result"));
  EXPECT_THAT(refusal(lines({R"({"event":"header"})"})), HasSubstr("line 1: the header has no schema number"));
}

TEST(ParseLog, RefusesANewerSchema) {
  EXPECT_THAT(refusal(lines({replaced(kHeader, "\"schema\":1", "\"schema\":2")})),
              HasSubstr("line 1: schema 2 is newer than this program, which reads up to 1"));
}

TEST(ParseLog, RefusesALogWithoutAFooter) {
  EXPECT_THAT(refusal(lines({kHeader, kX})), HasSubstr("line 2: no footer"));
  EXPECT_THAT(refusal(lines({kHeader, kX, kY})), HasSubstr("(2 of 2 results)"));
}

TEST(ParseLog, RefusesALogThatIsCutInALine) {
  const std::string whole = lines({kHeader, kX, kY, kFooter});
  EXPECT_THAT(refusal(whole.substr(0, whole.size() - 12)), HasSubstr("line 4: the log is cut off here"));
}

TEST(ParseLog, RefusesMissingResults) {
  EXPECT_THAT(refusal(lines({kHeader, kX, replaced(kFooter, "2", "1")})),
              HasSubstr("line 3: 1 results for 2 planned: the first without one is a.y"));
  EXPECT_THAT(refusal(lines({kHeader, kX, kFooter})), HasSubstr("the footer says 2 results, and the log holds 1"));
}

TEST(ParseLog, RefusesASecondResult) {
  EXPECT_THAT(refusal(lines({kHeader, kX, kX, kFooter})), HasSubstr("line 3: a second result for a.x, attempt 1"));
}

TEST(ParseLog, RefusesWhatWasNotPlanned) {
  EXPECT_THAT(refusal(lines({kHeader, replaced(kX, "a.x", "a.z")})), HasSubstr("line 2: a.z is not in the plan"));
  EXPECT_THAT(refusal(lines({kHeader, replaced(kX, "\"attempt\":1", "\"attempt\":2")})),
              HasSubstr("line 2: a.x has attempt 2, of 1 planned"));
  EXPECT_THAT(refusal(lines({kHeader, R"({"event":"start","id":"b.x","attempt":1})"})),
              HasSubstr("b.x is not in the plan"));
}

TEST(ParseLog, RefusesTwoLogsInOne) {
  EXPECT_THAT(refusal(lines({kHeader, kX, kY, kFooter, kHeader})), HasSubstr("line 5: a second log begins"));
  EXPECT_THAT(refusal(lines({kHeader, kHeader})), HasSubstr("line 2: a second header"));
  EXPECT_THAT(refusal(lines({kHeader, kX, kY, kFooter, kX})), HasSubstr("line 5: a result after the footer"));
}

TEST(ParseLog, RefusesAPlanThatDoesNotAddUp) {
  EXPECT_THAT(refusal(lines({replaced(kHeader, "\"planned\":2", "\"planned\":3")})), HasSubstr("/planned is 3"));
  EXPECT_THAT(refusal(lines({replaced(kHeader, "a.y", "a.x")})), HasSubstr("the plan has a.x twice"));
  EXPECT_THAT(refusal(lines({replaced(kHeader, "a.y", "a\\u001by")})), HasSubstr("cannot be the name of a case"));
  EXPECT_THAT(refusal(lines({replaced(kHeader, "\"planned\"", "\"shard\":{\"index\":3,\"count\":2},\"planned\"")})),
              HasSubstr("there is no shard 3 of 2"));
}

TEST(ParseLog, NamesTheLineAndMemberOfAWrongType) {
  EXPECT_EQ(refusal(lines({kHeader, replaced(kX, "\"passed\"", "\"ok\"")})), "line 2: \"ok\" is not an outcome");
  EXPECT_EQ(refusal(lines({kHeader, replaced(kX, "{", R"({"took_ms":"3",)")})),
            "line 2: /took_ms is not a number, zero or more");
  EXPECT_EQ(refusal(lines({kHeader, replaced(kX, "{", R"({"commands":[{"argv":[1]}],)")})),
            "line 2: /commands/0/argv holds something other than strings");
  EXPECT_EQ(refusal(lines({kHeader, replaced(kX, "{", R"({"leak":1,)")})), "line 2: /leak is neither true nor false");
}

TEST(ParseLog, AnInterruptedRunIsReadableAndMarked) {
  const Log log = fixture("interrupted");
  EXPECT_TRUE(log.interrupted);
  EXPECT_THAT(log.cases, SizeIs(5));
  EXPECT_THAT(log.not_run, SizeIs(9));
  EXPECT_EQ(exit_code(log), 3);
}

TEST(CaseRun, SeveralAttemptsAreFlakyWhereBothOutcomesWereSeen) {
  const Log log = fixture("repeat");
  EXPECT_EQ(log.find("kill.running")->outcome(), Outcome::passed);
  const CaseRun& flaky = *log.find("kill.host_pidns_pidfd");
  EXPECT_EQ(flaky.outcome(), Outcome::flaky);
  EXPECT_EQ(flaky.worst().attempt, 2);
  EXPECT_EQ(log.counts().at(Outcome::flaky), 1U);
  EXPECT_EQ(exit_code(log), 1);
}

TEST(ExitCode, FollowsTheDocument) {
  EXPECT_EQ(exit_code(fixture("clean")), 0);
  EXPECT_EQ(exit_code(fixture("runc")), 1);
  EXPECT_EQ(exit_code(fixture("crun")), 3) << "one case is broken";
}

TEST(ExitCode, ALeakAloneIsRed) {
  const std::string leaking = replaced(kX, "{", R"({"leak":true,)");
  const Log log = parse_log(lines({kHeader, leaking, replaced(kY, "failed", "passed"), kFooter}));
  EXPECT_EQ(log.red(), 1U);
  EXPECT_EQ(exit_code(log), 1);
}

TEST(Outcomes, EachHasAWordThatReadsBack) {
  for (const Outcome outcome : kOutcomes) {
    EXPECT_EQ(outcome_from(word(outcome)), outcome);
    EXPECT_THAT(kReadingOrder, testing::Contains(outcome));
    EXPECT_FALSE(meaning(outcome).empty());
  }
  EXPECT_EQ(outcome_from("ok"), std::nullopt);
}

TEST(Outcomes, CombineToTheWorseOrToFlaky) {
  EXPECT_EQ(combine(Outcome::passed, Outcome::passed), Outcome::passed);
  EXPECT_EQ(combine(Outcome::passed, Outcome::failed), Outcome::flaky);
  EXPECT_EQ(combine(Outcome::timeout, Outcome::passed), Outcome::flaky);
  EXPECT_EQ(combine(Outcome::xfail, Outcome::xpass), Outcome::flaky);
  EXPECT_EQ(combine(Outcome::flaky, Outcome::failed), Outcome::flaky);
  EXPECT_EQ(combine(Outcome::timeout, Outcome::flaky), Outcome::flaky);
  EXPECT_EQ(combine(Outcome::flaky, Outcome::passed), Outcome::flaky);
  EXPECT_EQ(combine(Outcome::passed, Outcome::broken), Outcome::broken);
  EXPECT_EQ(combine(Outcome::timeout, Outcome::failed), Outcome::failed);
  EXPECT_EQ(combine(Outcome::skipped, Outcome::passed), Outcome::passed);
}

}  // namespace
}  // namespace reports
