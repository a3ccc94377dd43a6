#include "harness/cli/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace runproof {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

const base::Json kPassed = {{"outcome", "passed"}, {"took_ms", 12.4}, {"leak", false}};
const base::Json kFailed = {{"outcome", "failed"}, {"took_ms", 17.6}, {"message", "status is running,\nnot stopped"}};
const base::Json kLeak = {{"outcome", "passed"}, {"took_ms", 3.0}, {"leak", true}};

class ProgressTest : public testing::Test {
 protected:
  Progress make(Progress::Style style, std::size_t total = 10) {
    return Progress(total, style, [this](std::string_view text) { out_ += text; });
  }
  std::string out_;
  Progress::Clock::time_point now_ = Progress::Clock::now();
};

TEST_F(ProgressTest, elsewhere_than_on_a_terminal_only_what_is_wrong_is_a_line) {
  Progress progress = make({});
  progress.began("kill.a", now_);
  progress.tick(now_ + 5s);
  progress.ended("kill.a", kPassed, now_);
  progress.ended("kill.b", kFailed, now_);
  progress.finish();
  EXPECT_EQ(out_, "failed      kill.b  18 ms: status is running, not stopped\n");
}

TEST_F(ProgressTest, every_case_is_a_line_where_that_is_wanted) {
  Progress progress = make({.every = true});
  progress.ended("kill.a", kPassed, now_);
  EXPECT_EQ(out_, "passed      kill.a  12 ms\n");
}

TEST_F(ProgressTest, a_leak_is_wrong_too) {
  Progress progress = make({});
  progress.ended("kill.a", kLeak, now_);
  EXPECT_EQ(out_, "passed      kill.a  3 ms, leaves something behind\n");
}

TEST_F(ProgressTest, the_live_line_counts_and_names_what_runs) {
  Progress progress = make({.live = true});
  progress.began("kill.a", now_);
  progress.began("kill.b", now_ + 1s);
  progress.ended("kill.b", kFailed, now_ + 1s);
  progress.began("kill.c", now_ + 1s);
  EXPECT_THAT(progress.live_line(now_ + 1s), HasSubstr("1/10"));
  EXPECT_THAT(progress.live_line(now_ + 1s), HasSubstr("1 red"));
  EXPECT_THAT(progress.live_line(now_ + 1s), HasSubstr("kill.a, kill.c"));
  EXPECT_THAT(progress.live_line(now_ + 1s), Not(HasSubstr("slow")));
}

TEST_F(ProgressTest, after_two_seconds_a_case_is_called_slow) {
  Progress progress = make({.live = true});
  progress.began("kill.a", now_);
  EXPECT_THAT(progress.live_line(now_ + 3s), HasSubstr("kill.a (slow: 3 s)"));
}

TEST_F(ProgressTest, a_failure_is_printed_above_the_live_line) {
  Progress progress = make({.live = true, .width = 200});
  progress.tick(now_ + 1s);
  progress.ended("kill.b", kFailed, now_ + 1s);
  EXPECT_THAT(out_, HasSubstr("\r\x1b[Kfailed      kill.b"));
  EXPECT_THAT(out_, HasSubstr("not stopped\n\r\x1b[K1/10"));
  out_.clear();
  progress.finish();
  EXPECT_EQ(out_, "\r\x1b[K");
}

TEST_F(ProgressTest, the_live_line_never_fills_the_terminal) {
  Progress progress = make({.live = true, .width = 40});
  for (int i = 0; i < 10; ++i) progress.began("kill.with_a_long_name", now_);
  progress.tick(now_ + 3s);
  EXPECT_LT(out_.size(), 50U);
  EXPECT_THAT(out_, testing::EndsWith("…"));
}

TEST_F(ProgressTest, without_colour_there_is_none) {
  EXPECT_THAT(result_line("kill.a", kFailed, /*colour=*/false), Not(HasSubstr("\x1b")));
  EXPECT_THAT(result_line("kill.a", kFailed, /*colour=*/true), HasSubstr("\x1b[31m"));
}

TEST_F(ProgressTest, the_same_case_may_run_twice_at_a_time) {
  Progress progress = make({.live = true});
  progress.began("kill.a", now_);
  progress.began("kill.a", now_);
  progress.ended("kill.a", kPassed, now_);
  EXPECT_THAT(progress.live_line(now_), HasSubstr("1/10"));
  EXPECT_THAT(progress.live_line(now_), HasSubstr("kill.a"));
}

}  // namespace
}  // namespace runproof
