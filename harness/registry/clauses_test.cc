// The rules between clauses and cases, on tables of our own; cases/clauses_test.cc applies them to the real ones.
#include "harness/registry/clauses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace runproof {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<Clause> one_clause(std::vector<std::string> cases) {
  return {{"runtime.md#kill/sends", "runtime.md#kill", Level::must, "1.0.0", "kill sends.", std::move(cases)}};
}

std::vector<Case> one_case(std::string id, std::string_view clause = "runtime.md#kill") {
  Case made;
  made.id = std::move(id);
  made.info.clause = clause;
  std::vector<Case> cases;
  cases.push_back(std::move(made));
  return cases;
}

TEST(Clauses, ParsesLines) {
  const auto clauses = parse_clauses(
      R"([{"id": "a.md#b/c", "clause": "a.md#b", "level": "may", "since": "1.1.0", "text": "T.", "cases": ["x.y"]}])");

  ASSERT_EQ(clauses.size(), 1U);
  EXPECT_EQ(clauses.front().id, "a.md#b/c");
  EXPECT_EQ(clauses.front().anchor, "a.md#b");
  EXPECT_EQ(clauses.front().level, Level::may);
  EXPECT_EQ(clauses.front().since, "1.1.0");
  EXPECT_THAT(clauses.front().cases, ElementsAre("x.y"));
}

TEST(Clauses, ABadLineIsNamed) {
  const auto message = [](std::string_view json) {
    try {
      (void)parse_clauses(json);
    } catch (const std::runtime_error& error) {
      return std::string{error.what()};
    }
    return std::string{};
  };

  EXPECT_THAT(message(R"([{"id": "a.md#b/c", "level": "perhaps"}])"), HasSubstr("a.md#b/c: no such level"));
  EXPECT_THAT(message(R"([{"id": "a.md#b/c", "level": "may"}])"), HasSubstr("a.md#b/c"));
}

TEST(Clauses, ACaseWithValuesIsListedOnce) {
  EXPECT_THAT(clause_problems(one_clause({"kill.signal"}), one_case("kill.signal/term"), {}), IsEmpty());
}

TEST(Clauses, AListedCaseExists) {
  EXPECT_THAT(clause_problems(one_clause({"kill.gone"}), {}, {}), ElementsAre(HasSubstr("no case kill.gone")));
}

TEST(Clauses, ACaseOfTheSpecIsListed) {
  auto clauses = one_clause({"kill.signal"});
  auto cases = one_case("kill.signal");
  cases.push_back(one_case("kill.other").front());

  EXPECT_THAT(clause_problems(clauses, cases, {}), ElementsAre("kill.other: listed under no clause"));
  cases.back().info.level = Level::cli;
  EXPECT_THAT(clause_problems(clauses, cases, {}), IsEmpty());
}

TEST(Clauses, ACaseHasTheLevelAndTheAnchorOfAClauseThatListsIt) {
  const auto clauses = one_clause({"kill.signal"});
  auto cases = one_case("kill.signal/term");
  cases.front().info.level = Level::may;

  EXPECT_THAT(
      clause_problems(clauses, cases, {}),
      ElementsAre("kill.signal/term: listed under no clause of runtime.md#kill whose level is may, as its own is"));
}

TEST(Clauses, TheClauseOfACaseIsAnAnchor) {
  EXPECT_THAT(clause_problems(one_clause({"kill.signal"}), one_case("kill.signal", "runtime.md#nothing"), {}),
              ElementsAre(HasSubstr("runtime.md#nothing is the anchor of no clause"),
                          HasSubstr("listed under no clause of runtime.md#nothing")));
}

TEST(Clauses, AMustHasACaseOrAReason) {
  const std::vector<std::string> reason = {"runtime.md#kill/sends"};

  EXPECT_THAT(clause_problems(one_clause({}), {}, {}), ElementsAre(HasSubstr("without a case")));
  EXPECT_THAT(clause_problems(one_clause({}), {}, reason), IsEmpty());
}

TEST(Clauses, AStaleReasonIsAProblem) {
  const std::vector<std::string> reasons = {"runtime.md#kill/sends", "kill.signal", "runtime.md#kill/none"};

  EXPECT_THAT(clause_problems(one_clause({"kill.signal"}), one_case("kill.signal"), reasons),
              ElementsAre(HasSubstr("stale"), HasSubstr("not having a case"), HasSubstr("not there")));
}

TEST(Clauses, CoverageCountsAndLists) {
  const std::string page = coverage_markdown(one_clause({"kill.signal"}));

  EXPECT_THAT(page, HasSubstr("| must | 1 | 1 |\n| should | 0 | 0 |"));
  EXPECT_THAT(page, HasSubstr("## runtime.md#kill\n"));
  EXPECT_THAT(page, HasSubstr("| must | 1.0.0 | kill sends. | kill.signal |\n"));
}

}  // namespace
}  // namespace runproof
