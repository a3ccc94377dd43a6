#include "harness/registry/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/registry/outcome.h"
#include "harness/registry/selection.h"

namespace runproof {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Case make_case(std::string area, std::string name, CaseInfo info = {}) {
  std::string id = area + "." + name;
  return {std::move(id), std::move(area), std::move(name), std::move(info), "x.cc", 1, nullptr};
}

std::vector<Case> expand(std::vector<Case> cases) {
  const std::function<std::vector<Case>()> lists[] = {[&] { return cases; }};
  return expand_cases(lists);
}

std::vector<std::string> ids(const std::vector<const Case*>& cases) {
  std::vector<std::string> out;
  for (const Case* one : cases) out.push_back(one->id);
  return out;
}

const std::vector<Case>& sample() {
  static const std::vector<Case> cases = expand({
      make_case("state", "id", {.clause = "runtime.md#state", .level = Level::must}),
      make_case("kill", "word/term", {.clause = "runtime.md#kill", .level = Level::cli, .tags = {"death"}}),
      make_case("kill", "word/usr1", {.clause = "runtime.md#kill", .level = Level::cli}),
      make_case("kill", "wordy", {.clause = "runtime.md#kill", .level = Level::must, .tags = {"death", "slow"}}),
      make_case("delete", "created", {.clause = "runtime.md#delete", .profile = In::spec_only}),
      make_case("delete", "created_allowed", {.level = Level::cli, .profile = In::compat_only}),
  });
  return cases;
}

std::vector<std::string> selected(const Selection& selection) { return ids(select_cases(sample(), selection)); }

TEST(Registry, SortsById) {
  EXPECT_THAT(selected({}),
              ElementsAre("delete.created", "kill.word/term", "kill.word/usr1", "kill.wordy", "state.id"));
}

TEST(Registry, RefusesTwins) {
  EXPECT_THROW((void)expand({make_case("a", "b"), make_case("a", "b")}), std::logic_error);
}

TEST(Registry, RefusesNamesThatAFilterWouldMisread) {
  EXPECT_THROW((void)expand({make_case("a", "b-c")}), std::logic_error);
  EXPECT_THROW((void)expand({make_case("a", "b/C")}), std::logic_error);
  EXPECT_THROW((void)expand({make_case("a", "b/c/d")}), std::logic_error);
  EXPECT_THROW((void)expand({make_case("", "b")}), std::logic_error);
  EXPECT_NO_THROW((void)expand({make_case("a", "b_2/c3")}));
}

TEST(Selection, TakesGlobs) {
  EXPECT_THAT(selected({.ids = {"*.id", "kill.*/t*"}}), ElementsAre("kill.word/term", "state.id"));
}

TEST(Selection, BareNameTakesItsValuesAndNoNeighbour) {
  EXPECT_THAT(selected({.ids = {"kill.word"}}), ElementsAre("kill.word/term", "kill.word/usr1"));
}

TEST(Selection, BareAreaTakesAll) {
  EXPECT_THAT(selected({.ids = {"kill"}}), ElementsAre("kill.word/term", "kill.word/usr1", "kill.wordy"));
  EXPECT_THAT(selected({.ids = {"kil"}}), IsEmpty());
}

TEST(Selection, AllListsMustHold) {
  EXPECT_THAT(selected({.clauses = {"runtime.md#kill"}, .levels = {Level::cli}, .tags = {"death"}}),
              ElementsAre("kill.word/term"));
}

TEST(Selection, FileOfClausesTakesItsSections) {
  EXPECT_THAT(selected({.clauses = {"runtime.md"}, .levels = {Level::must}}),
              ElementsAre("delete.created", "kill.wordy", "state.id"));
}

TEST(Selection, ProfilePicksASide) {
  EXPECT_THAT(selected({.ids = {"delete"}}), ElementsAre("delete.created"));
  EXPECT_THAT(selected({.ids = {"delete"}, .profile = Profile::compat}), ElementsAre("delete.created_allowed"));
}

TEST(Selection, ShardsTogetherAreTheWhole) {
  std::vector<std::string> together;
  for (int i = 1; i <= 3; ++i) {
    const auto part = selected({.shard = {i, 3}, .seed = 7});
    together.insert(together.end(), part.begin(), part.end());
  }
  EXPECT_THAT(together, testing::UnorderedElementsAreArray(selected({})));
}

TEST(Selection, SeedGivesOneOrder) {
  EXPECT_EQ(selected({.seed = 5}), selected({.seed = 5}));
  EXPECT_NE(selected({.seed = 5}), selected({.seed = 6}));
  EXPECT_THAT(selected({.seed = 5}), testing::UnorderedElementsAreArray(selected({})));
}

TEST(Selection, NamesWhatFitsNothing) {
  const Selection selection{.ids = {"kill.*", "kil.*"}, .clauses = {"runtime.md#kil"}, .tags = {"death", "deaht"}};
  EXPECT_THAT(unknown_entries(sample(), selection), ElementsAre("kil.*", "runtime.md#kil", "deaht"));
  EXPECT_THAT(similar_ids(sample(), "kill.wrody"), testing::Contains("kill.wordy"));
  EXPECT_THAT(similar_ids(sample(), "cgroup_v2.memory_high"), IsEmpty());
}

TEST(Level, WordsGoBothWays) {
  for (const auto level :
       {Level::must, Level::should, Level::may, Level::descr, Level::cli, Level::hardening, Level::vendor}) {
    EXPECT_EQ(level_from(to_text(level)), level);
  }
  EXPECT_EQ(level_from("MUST"), std::nullopt);
  EXPECT_EQ(outcome_from("xfail"), Outcome::xfail);
  EXPECT_EQ(to_text(Outcome::broken), "broken");
}

TEST(Level, DecidesWhatAFailureIsCalled) {
  EXPECT_EQ(outcome_of_failure(Level::must), Outcome::failed);
  EXPECT_EQ(outcome_of_failure(Level::hardening), Outcome::failed);
  EXPECT_EQ(outcome_of_failure(Level::cli), Outcome::soft);
  EXPECT_EQ(outcome_of_failure(Level::vendor), Outcome::info);
}

}  // namespace
}  // namespace runproof
