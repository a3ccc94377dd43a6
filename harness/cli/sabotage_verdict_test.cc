#include "harness/cli/sabotage_verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace runproof {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Case a_case(const char* id, std::vector<std::string_view> faults, std::string_view unsabotaged = "") {
  return {.id = id, .area = "x", .name = "y", .info = {.faults = std::move(faults), .unsabotaged = unsabotaged}};
}

base::Json said(const char* outcome) { return {{"outcome", outcome}, {"message", "why"}}; }

TEST(SabotageVerdict, all_is_well_when_each_fault_turns_a_case_red) {
  const Case one = a_case("x.y", {"set_hostname"});
  SabotageVerdict verdict({.listed = {"set_hostname"}}, /*whole=*/true);
  verdict.sound(one, said("passed"));
  verdict.faulted(one, "set_hostname", said("failed"));
  EXPECT_THAT(verdict.findings(), IsEmpty());
  EXPECT_THAT(verdict.table(), HasSubstr("set_hostname"));
  EXPECT_THAT(verdict.table(), HasSubstr("caught by x.y"));
}

TEST(SabotageVerdict, a_soft_outcome_a_timeout_and_a_leak_show_a_fault_too) {
  const Case one = a_case("x.y", {"a", "b", "c"});
  SabotageVerdict verdict({.listed = {"a", "b", "c"}}, /*whole=*/true);
  verdict.sound(one, said("passed"));
  verdict.faulted(one, "a", said("soft"));
  verdict.faulted(one, "b", said("timeout"));
  verdict.faulted(one, "c", {{"outcome", "passed"}, {"leak", true}});
  EXPECT_THAT(verdict.findings(), IsEmpty());
}

TEST(SabotageVerdict, a_fault_that_no_case_catches_is_a_finding_of_a_whole_run_only) {
  const Case one = a_case("x.y", {"a"});
  for (const bool whole : {false, true}) {
    SabotageVerdict verdict({.listed = {"a", "b"}}, whole);
    verdict.sound(one, said("passed"));
    verdict.faulted(one, "a", said("failed"));
    EXPECT_EQ(verdict.findings().size(), whole ? 1U : 0U);
  }
}

TEST(SabotageVerdict, a_case_that_stays_green_under_its_fault_is_a_finding) {
  const Case one = a_case("x.y", {"a", "b"});
  SabotageVerdict verdict({.listed = {"a", "b"}}, /*whole=*/false);
  verdict.sound(one, said("passed"));
  verdict.faulted(one, "a", said("failed"));
  verdict.faulted(one, "b", said("passed"));
  EXPECT_THAT(verdict.findings(), ElementsAre("x.y names b and is passed under it"));
}

TEST(SabotageVerdict, a_case_without_a_fault_needs_its_reason) {
  const Case bare = a_case("x.bare", {});
  const Case reasoned = a_case("x.reasoned", {}, "the kernel does it");
  SabotageVerdict verdict({}, /*whole=*/true);
  verdict.sound(bare, said("passed"));
  verdict.sound(reasoned, said("passed"));
  EXPECT_THAT(verdict.findings(), ElementsAre(HasSubstr("x.bare is turned red by no fault")));
  EXPECT_THAT(verdict.table(), HasSubstr("the kernel does it"));
}

TEST(SabotageVerdict, red_without_a_fault_and_broken_under_one_prove_nothing) {
  const Case red = a_case("x.red", {"a"});
  const Case broken = a_case("x.broken", {"a"});
  SabotageVerdict verdict({.listed = {"a"}}, /*whole=*/false);
  verdict.sound(red, said("failed"));
  verdict.sound(broken, said("passed"));
  verdict.faulted(broken, "a", said("broken"));
  EXPECT_FALSE(verdict.triable(red));
  EXPECT_THAT(verdict.findings(),
              ElementsAre("x.red is failed without any fault: why", "x.broken is broken under a: why",
                          HasSubstr("x.broken is turned red by no fault")));
}

TEST(SabotageVerdict, what_cannot_be_tried_here_is_said_and_is_no_finding) {
  const Case one = a_case("x.y", {"a"});
  SabotageVerdict verdict({.listed = {"a"}}, /*whole=*/false);
  verdict.sound(one, said("skipped"));
  EXPECT_FALSE(verdict.triable(one));
  EXPECT_THAT(verdict.findings(), IsEmpty());
  EXPECT_THAT(verdict.table(), HasSubstr("not tried here: skipped: why"));
}

TEST(SabotageVerdict, a_fault_that_there_is_not_is_a_typing_mistake) {
  const Case one = a_case("x.y", {"set_hostnam"}, "reason");
  SabotageVerdict verdict({.listed = {"set_hostname"}}, /*whole=*/false);
  verdict.sound(one, said("passed"));
  EXPECT_THAT(verdict.findings(), ElementsAre("x.y names a fault that there is not: set_hostnam"));
}

TEST(SabotageVerdict, a_runtime_may_choose_otherwise_where_a_case_says_why_and_is_no_must) {
  const Case choice = a_case("x.choice", {}, "the runtime does the other thing");
  const Case unexplained = a_case("x.unexplained", {"a"});
  const Case must = a_case("x.must", {}, "the runtime does the other thing");
  SabotageVerdict verdict({.listed = {"a"}}, /*whole=*/false);
  verdict.sound(choice, said("soft"));
  verdict.sound(unexplained, said("soft"));
  verdict.sound(must, said("failed"));
  EXPECT_THAT(verdict.findings(),
              ElementsAre("x.unexplained is soft without any fault: why", "x.must is failed without any fault: why"));
  EXPECT_THAT(verdict.table(), HasSubstr("not tried here: soft: the runtime does the other thing"));
}

TEST(SabotageVerdict, a_fault_that_only_an_untried_case_names_is_said_and_is_no_finding) {
  const Case untried = a_case("x.y", {"a"});
  const Case tried = a_case("x.z", {"b"});
  SabotageVerdict verdict({.listed = {"a", "b", "c"}}, /*whole=*/true);
  verdict.sound(untried, said("unsupported"));
  verdict.sound(tried, said("passed"));
  verdict.faulted(tried, "b", said("failed"));
  EXPECT_THAT(verdict.findings(), ElementsAre("c is caught by no case"));
  EXPECT_THAT(verdict.table(), HasSubstr("a                                not tried here: named only by x.y"));
}

TEST(SabotageVerdict, what_the_sound_runtime_declines_is_proven_by_one_that_does_it_badly) {
  const Case one = a_case("x.y", {"does_it_badly"});
  SabotageVerdict verdict({.listed = {"does_it_badly"}}, /*whole=*/true);
  verdict.sound(one, said("unsupported"));
  EXPECT_TRUE(verdict.triable(one));
  verdict.faulted(one, "does_it_badly", said("failed"));
  EXPECT_THAT(verdict.findings(), IsEmpty());
  EXPECT_THAT(verdict.summary(), HasSubstr("1 cases: 1 proven to fail, 0 with a reason why they cannot, 0 not tried"));
}

TEST(SabotageVerdict, what_it_declines_under_the_fault_too_stays_untried) {
  const Case one = a_case("x.y", {"elsewhere"});
  SabotageVerdict verdict({.listed = {"elsewhere"}}, /*whole=*/true);
  verdict.sound(one, said("unsupported"));
  verdict.faulted(one, "elsewhere", said("unsupported"));
  EXPECT_THAT(verdict.findings(), IsEmpty());
  EXPECT_THAT(verdict.summary(), HasSubstr("1 not tried"));
}

TEST(SabotageVerdict, what_was_not_tried_counts_as_nothing_else) {
  const Case proven = a_case("x.proven", {"a"});
  const Case excused = a_case("x.excused", {}, "the kernel does it");
  const Case untried = a_case("x.untried", {"b"});
  SabotageVerdict verdict({.listed = {"a", "b"}}, /*whole=*/true);
  verdict.sound(proven, said("passed"));
  verdict.sound(excused, said("passed"));
  verdict.sound(untried, said("skipped"));
  verdict.faulted(proven, "a", said("failed"));
  EXPECT_EQ(verdict.summary(),
            "3 cases: 1 proven to fail, 1 with a reason why they cannot, 1 not tried here\n"
            "2 faults: 1 caught by these cases\n");
}

TEST(SabotageVerdict, a_kind_with_an_argument_is_known_and_need_not_be_caught) {
  const Case one = a_case("x.y", {"config:drop:/hostname"});
  SabotageVerdict verdict({.arguments = {"config:drop:/hostname"}}, /*whole=*/true);
  EXPECT_TRUE(verdict.known("config:drop:/hostname"));
  EXPECT_FALSE(verdict.known("config:drop"));
  verdict.sound(one, said("passed"));
  verdict.faulted(one, "config:drop:/hostname", said("failed"));
  EXPECT_THAT(verdict.findings(), IsEmpty());
  EXPECT_THAT(verdict.table(), HasSubstr("config:drop:/hostname            caught by x.y"));
}

TEST(SabotageVerdict, a_kind_with_an_argument_that_the_runtime_does_not_understand_is_a_finding) {
  const Case one = a_case("x.y", {"fail_at:nowhere:EIO"}, "reason");
  SabotageVerdict verdict({}, /*whole=*/false);
  verdict.sound(one, said("passed"));
  EXPECT_THAT(verdict.findings(), ElementsAre("x.y names a fault that there is not: fail_at:nowhere:EIO"));
}

}  // namespace
}  // namespace runproof
