#include <gmock/gmock.h>

#include "base/text.h"
#include "reports/certification.h"
#include "reports/diff.h"
#include "reports/fixture.h"
#include "reports/merge.h"

namespace reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

std::vector<std::string> ids(const std::vector<Change>& changes) {
  std::vector<std::string> all;
  for (const Change& change : changes) all.push_back(change.id);
  return all;
}

Diff diff_of(const char* before, const char* after) { return diff_logs(named_fixture(before), named_fixture(after)); }

TEST(Diff, SortsWhatChanged) {
  const Diff diff = diff_of("runc-before", "runc");
  EXPECT_THAT(ids(diff.newly_failing), ElementsAre("kill.paused", "delete.force_host_pidns"));
  EXPECT_THAT(ids(diff.newly_passing), UnorderedElementsAre("kill.signal_invalid", "hooks.poststop_failure_warns"));
  EXPECT_THAT(ids(diff.flaky), ElementsAre("state.pid_reuse"));
  EXPECT_THAT(diff.still_failing, SizeIs(3));
  EXPECT_TRUE(diff.regression());
}

TEST(Diff, WhatIsOnlyExpectedNowIsNotNewlyPassing) {
  const NamedLog before = named_fixture("runc");
  NamedLog after = named_fixture("runc");
  for (CaseRun& run : after.log.cases) {
    if (run.outcome() == Outcome::failed) run.attempts.at(0).outcome = Outcome::xfail;
  }
  const Diff diff = diff_logs(before, after);
  EXPECT_THAT(diff.newly_passing, IsEmpty());
  EXPECT_THAT(ids(diff.changed), testing::Contains("config.json_duplicate_keys"));
  EXPECT_FALSE(diff.regression());
}

TEST(Diff, ALogAgainstItselfIsNoRegression) {
  const Diff diff = diff_of("runc", "runc");
  EXPECT_FALSE(diff.regression()) << "red and flaky, but no more than before";
  EXPECT_THAT(diff.newly_failing, IsEmpty());
  EXPECT_THAT(diff.slower, IsEmpty());
}

TEST(Diff, FewerFailuresAreNoRegression) {
  EXPECT_FALSE(diff_of("small", "clean").regression());
  EXPECT_TRUE(diff_of("clean", "small").regression());
}

TEST(Diff, ALeakAloneIsNewlyFailing) {
  const Diff diff = diff_of("clean", "small");
  EXPECT_THAT(ids(diff.newly_failing), testing::Contains("delete.stopped"));
}

TEST(Diff, BrokenIsNotGreen) {
  EXPECT_THAT(ids(diff_of("clean", "small").newly_failing), testing::Contains("process.oom_score_adj"));
}

TEST(Diff, CasesThatOneRunLacksAreNamed) {
  const Diff fewer = diff_of("runc", "repeat");
  EXPECT_THAT(fewer.removed, testing::Contains("hooks.timeout"));
  EXPECT_THAT(fewer.added, IsEmpty());
  const Diff more = diff_of("repeat", "runc");
  EXPECT_THAT(more.added, testing::Contains("hooks.timeout"));
  EXPECT_THAT(ids(more.newly_failing), testing::Contains("delete.created_refused")) << "new, and red at once";
}

TEST(Diff, SlowerCountsByFactorAndFloor) {
  NamedLog before = named_fixture("clean");
  NamedLog after = before;
  const auto set = [](NamedLog& named, std::size_t at, double ms) { named.log.cases[at].attempts[0].took_ms = ms; };
  set(before, 0, 100), set(after, 0, 201);
  set(before, 1, 100), set(after, 1, 190);
  set(before, 2, 1), set(after, 2, 15);
  const Diff diff = diff_logs(before, after);
  EXPECT_THAT(ids(diff.slower), ElementsAre(before.log.cases[0].info.id));
  EXPECT_FALSE(diff.regression()) << "machines differ: slower is told, and fails nothing";
}

class Merge : public testing::Test {
 protected:
  std::string merged() const { return merge_logs({{"one", one}, {"two", two}, {"three", three}}); }
  std::string refusal() const {
    try {
      return merged().empty() ? "empty" : "";
    } catch (const MergeError& error) {
      return error.what();
    }
  }

  std::string one = fixture_text("shard-1");
  std::string two = fixture_text("shard-2");
  std::string three = fixture_text("shard-3");
};

TEST_F(Merge, GivesTheSameCasesAsOneRun) {
  const Log log = parse_log(merged());
  const Log whole = fixture("crun");
  EXPECT_EQ(log.counts(), whole.counts());
  EXPECT_EQ(log.leaks(), whole.leaks());
  EXPECT_THAT(log.cases, SizeIs(whole.cases.size()));
  EXPECT_EQ(log.header.shard.count, 1);
}

TEST_F(Merge, TheOrderOfTheFilesDoesNotMatter) {
  EXPECT_EQ(merge_logs({{"3", three}, {"1", one}, {"2", two}}), merge_logs({{"1", one}, {"2", two}, {"3", three}}));
}

TEST_F(Merge, KeepsMembersThatItDoesNotKnow) {
  one = replaced(one, "\"event\":\"result\"", "\"event\":\"result\",\"later\":[1]");
  EXPECT_THAT(merged(), HasSubstr("\"later\":[1]"));
}

TEST_F(Merge, RefusesTheSameShardTwice) {
  three = one;
  EXPECT_EQ(refusal(), "one and three are both shard 1 of 3");
}

TEST_F(Merge, RefusesAMissingShard) {
  EXPECT_THROW((void)merge_logs({{"one", one}, {"three", three}}), MergeError);
  EXPECT_THROW((void)merge_logs({}), MergeError);
}

TEST_F(Merge, RefusesWhatIsMergedAlready) {
  two = merged();
  EXPECT_EQ(refusal(), "two: is merged already");
}

TEST_F(Merge, RefusesAWholeRun) {
  two = fixture_text("crun");
  EXPECT_EQ(refusal(), "two: is a whole run, not a shard");
}

TEST_F(Merge, RefusesAnotherRuntime) {
  two = replaced(two, "\"version\":\"1.8.1\"", "\"version\":\"1.8.2\"");
  EXPECT_EQ(refusal(), "one and two are not shards of one run: /runtime/version is \"1.8.1\" and \"1.8.2\"");
}

TEST_F(Merge, RefusesAnotherProfile) {
  three = replaced(three, "\"profile\":\"spec\"", "\"profile\":\"compat\"");
  EXPECT_THAT(refusal(), HasSubstr("/profile"));
}

TEST_F(Merge, RefusesACutLog) {
  two.resize(two.size() / 2);
  EXPECT_THAT(refusal(), HasSubstr("two: line "));
}

TEST_F(Merge, RefusesAnInterruptedShard) {
  two = replaced(two, "\"interrupted\":false", "\"interrupted\":true");
  EXPECT_EQ(refusal(), "two: the run was interrupted");
}

TEST_F(Merge, RefusesShardsOfDifferentSelections) {
  base::Json header = base::parse_json(two.substr(0, two.find('\n')));
  const std::string dropped = header["plan"][0]["id"];
  header["plan"].erase(0);
  header["planned"] = header["plan"].size();
  std::string kept = header.dump() + "\n";
  for (const std::string_view line : base::split(std::string_view(two).substr(two.find('\n') + 1), '\n')) {
    if (line.find("\"" + dropped + "\"") == std::string_view::npos) kept.append(line).append("\n");
  }
  const std::string reported = "\"reported\":" + std::to_string(header["plan"].size() + 1);
  two = replaced(kept, reported, "\"reported\":" + std::to_string(header["plan"].size()));
  EXPECT_THAT(refusal(), HasSubstr("the shards select different cases"));
}

TEST(Certification, AnExpectedFailureOfAMustIsStillAFailure) {
  const auto files = render_certification(fixture("runc"));
  EXPECT_THAT(files.at("results.yaml"), HasSubstr("config.annotations_empty_key: FAIL"));
  EXPECT_THAT(files.at("results.yaml"), HasSubstr("conformance: FAIL"));
}

TEST(Certification, WhatWasNotTestedIsNoPass) {
  EXPECT_THAT(render_certification(fixture("refrun")).at("results.yaml"), HasSubstr("conformance: Incomplete"));
}

TEST(Certification, ABundleNeedsAWholeRun) {
  EXPECT_THROW((void)render_certification(fixture("interrupted")), LogError);
  EXPECT_THROW((void)render_certification(fixture("shard-1")), LogError);
}

TEST(Certification, HasItsPlace) { EXPECT_EQ(certification_directory(fixture("runc")), "runtime-spec/v1.3/runc"); }

}  // namespace
}  // namespace reports
