#include "harness/cli/guest_sabotage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace runproof {
namespace {

using testing::ElementsAre;

class Heard final : public RunListener {
 public:
  void began(const PlannedRun&, double) override {}
  Next ended(const PlannedRun& run, const base::Json& result) override {
    const auto fault = run.env.find(kFaultVariable);
    tries.push_back(run.one->id + "/" + (fault == run.env.end() ? "" : fault->second) + "/" +
                    result.value("outcome", ""));
    return Next::go_on;
  }
  std::vector<std::string> tries;
};

TEST(GuestSabotage, triesComeOutOfTheLogAsTheyWentIn) {
  const Case one{.id = "x.y", .area = "x", .name = "y"};
  const std::vector<const Case*> cases = {&one};
  Heard heard;
  GuestTries tries(cases, heard);

  tries.take(try_event({.one = &one}, {{"event", "result"}, {"id", "x.y"}, {"outcome", "passed"}}));
  tries.take(try_event({.one = &one, .env = {{kFaultVariable, "a"}}},
                       {{"event", "result"}, {"id", "x.y"}, {"outcome", "failed"}, {"commands", {1, 2}}}));
  tries.take({{"event", "result"}, {"id", "x.other"}, {"outcome", "failed"}});
  tries.take({{"event", "header"}});

  EXPECT_THAT(heard.tries, ElementsAre("x.y//passed", "x.y/a/failed"));
}

}  // namespace
}  // namespace runproof
