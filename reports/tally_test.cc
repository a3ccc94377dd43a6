#include "reports/tally.h"

#include <gmock/gmock.h>

#include "reports/fixture.h"
#include "reports/verdict.h"

namespace reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Tally, EveryCaseIsCountedOnce) {
  for (const char* name : {"small", "runc", "crun", "interrupted", "repeat"}) {
    const Log log = fixture(name);
    EXPECT_EQ(tally_all(log).cases(), log.cases.size()) << name;
    std::size_t by_area = 0;
    for (const Tally& tally : tally_by_area(log)) by_area += tally.cases();
    EXPECT_EQ(by_area, log.cases.size()) << name;
  }
}

TEST(Tally, PartsAreWhatTheySay) {
  const Tally all = tally_all(fixture("small"));
  EXPECT_EQ(all.red, 7U) << "3 failed, timeout, flaky, xpass, and a pass that leaks";
  EXPECT_EQ(all.broken, 1U);
  EXPECT_EQ(all.fine, 2U) << "a pass and an expected failure";
  EXPECT_EQ(all.reported, 2U);
  EXPECT_EQ(all.untested, 2U);
}

TEST(Tally, LevelsComeFromWhatBindsMost) {
  std::vector<std::string> names;
  for (const Tally& tally : tally_by_level(fixture("runc"))) names.push_back(tally.name);
  EXPECT_THAT(names, ElementsAre("must", "descr", "should", "hardening", "cli", "may"));
  EXPECT_LT(level_rank("vendor"), level_rank("something new"));
}

TEST(ReadingOrder, RedFirstThenWhatBindsMost) {
  const Log log = fixture("small");
  std::vector<std::string> ids;
  for (const CaseRun* run : reading_order(log)) ids.push_back(run->info.id);
  EXPECT_THAT(std::vector<std::string>(ids.begin(), ids.begin() + 4),
              ElementsAre("kill.stopped_error", "hooks.state_on_stdin", "kill.host_pidns_init_gone",
                          "delete.force_host_pidns"));
}

TEST(Slowest, AreTheSlowest) {
  const Log log = fixture("small");
  EXPECT_EQ(slowest(log, 1).front()->info.id, "delete.force_host_pidns");
  EXPECT_EQ(slowest(log, 100).size(), log.cases.size());
}

TEST(Verdict, SaysWhatARunComesTo) {
  EXPECT_EQ(judge(fixture("clean")).kind, Verdict::Kind::as_expected);
  EXPECT_EQ(judge(fixture("runc")).kind, Verdict::Kind::red);
  EXPECT_EQ(judge(fixture("crun")).kind, Verdict::Kind::broken);
  EXPECT_EQ(judge(fixture("interrupted")).kind, Verdict::Kind::interrupted);
  EXPECT_EQ(judge(fixture("interrupted")).headline, "interrupted after 5 of 14 cases, 4 red");
  EXPECT_THAT(judge(fixture("runc")).detail, HasSubstr("4 cases were not tested"));
}

}  // namespace
}  // namespace reports
