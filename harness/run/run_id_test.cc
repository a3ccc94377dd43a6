#include "harness/run/run_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace runproof {
namespace {

using testing::Eq;
using testing::MatchesRegex;
using testing::Optional;

TEST(RunId, is_read_back_from_its_text_and_from_names_of_its_things) {
  const RunId run{.pid = 4711, .start_time = 123456789, .pid_namespace = 4026531836};
  EXPECT_THAT(run.text(), MatchesRegex("[a-z0-9]+"));
  EXPECT_THAT(parse_run_id(run.text()), Optional(run));
  EXPECT_THAT(maker_of(run.prefix() + "17"), Optional(run));
  EXPECT_THAT(maker_of(run.prefix()), Optional(run));
}

TEST(RunId, other_names_have_no_maker) {
  for (const char* name : {"", "rp-", "rp-x-1", "rp-12-1", "rp-12s-1", "rp-12s3-1", "rp-12s3n-1", "rp-12s3n4x-1",
                           "rp-0s3n4-1", "rp-fffffffffs3n4-1", "docker-12s3n4-1", "crp-12s3n4-1"}) {
    EXPECT_THAT(maker_of(name), Eq(std::nullopt)) << name;
  }
}

TEST(RunId, ours_is_alive) {
  EXPECT_EQ(this_run().pid, getpid());
  EXPECT_EQ(state_of(this_run()), RunState::alive);
}

TEST(RunId, another_start_time_means_dead_whoever_has_the_pid_now) {
  RunId run = this_run();
  run.start_time -= 1;
  EXPECT_EQ(state_of(run), RunState::dead);
}

TEST(RunId, another_pid_namespace_is_not_judged) {
  RunId run = this_run();
  run.pid_namespace += 1;
  EXPECT_EQ(state_of(run), RunState::foreign);
}

}  // namespace
}  // namespace runproof
