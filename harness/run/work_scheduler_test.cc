#include "harness/run/work_scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace runproof {
namespace {

using testing::Eq;
using testing::Optional;

TEST(Scheduler, hands_out_in_order_up_to_the_slots) {
  Scheduler scheduler({"", "", ""}, 2);
  EXPECT_THAT(scheduler.next(), Optional(0));
  EXPECT_THAT(scheduler.next(), Optional(1));
  EXPECT_THAT(scheduler.next(), Eq(std::nullopt));
  scheduler.ended(0);
  EXPECT_THAT(scheduler.next(), Optional(2));
  EXPECT_FALSE(scheduler.done());
  scheduler.ended(1);
  scheduler.ended(2);
  EXPECT_TRUE(scheduler.done());
}

TEST(Scheduler, keeps_items_with_the_same_lock_apart) {
  Scheduler scheduler({"oom", "oom", "", "net"}, 4);
  EXPECT_THAT(scheduler.next(), Optional(0));
  EXPECT_THAT(scheduler.next(), Optional(2));
  EXPECT_THAT(scheduler.next(), Optional(3));
  EXPECT_THAT(scheduler.next(), Eq(std::nullopt));
  EXPECT_FALSE(scheduler.done());
  scheduler.ended(3);
  EXPECT_THAT(scheduler.next(), Eq(std::nullopt));
  scheduler.ended(0);
  EXPECT_THAT(scheduler.next(), Optional(1));
}

TEST(Scheduler, passes_a_lock_on_before_anyone_else_can_take_it) {
  Scheduler scheduler({"oom", "oom", "oom"}, 4);
  EXPECT_THAT(scheduler.next(), Optional(0));
  EXPECT_THAT(scheduler.next(), Eq(std::nullopt));
  scheduler.ended(0);
  EXPECT_THAT(scheduler.next(), Optional(1));
  EXPECT_THAT(scheduler.next(), Eq(std::nullopt));
  scheduler.ended(1);
  EXPECT_THAT(scheduler.next(), Optional(2));
  scheduler.ended(2);
  EXPECT_TRUE(scheduler.done());
}

TEST(Scheduler, one_that_had_to_wait_goes_before_the_rest) {
  Scheduler scheduler({"oom", "oom", "", ""}, 2);
  EXPECT_THAT(scheduler.next(), Optional(0));
  EXPECT_THAT(scheduler.next(), Optional(2));
  scheduler.ended(0);
  EXPECT_THAT(scheduler.next(), Optional(1));
}

TEST(Scheduler, what_must_be_alone_comes_last_and_one_by_one) {
  Scheduler scheduler({"alone", "", "oom", "alone", "oom"}, 4);
  EXPECT_THAT(scheduler.next(), Optional(1));
  EXPECT_THAT(scheduler.next(), Optional(2));
  EXPECT_THAT(scheduler.next(), Eq(std::nullopt));
  scheduler.ended(1);
  EXPECT_THAT(scheduler.next(), Eq(std::nullopt));
  scheduler.ended(2);
  EXPECT_THAT(scheduler.next(), Optional(4));
  EXPECT_THAT(scheduler.next(), Eq(std::nullopt));
  scheduler.ended(4);
  EXPECT_FALSE(scheduler.done());
  EXPECT_THAT(scheduler.next(), Optional(0));
  EXPECT_THAT(scheduler.next(), Eq(std::nullopt));
  scheduler.ended(0);
  EXPECT_THAT(scheduler.next(), Optional(3));
  scheduler.ended(3);
  EXPECT_TRUE(scheduler.done());
}

TEST(Scheduler, after_stop_what_must_be_alone_does_not_begin) {
  Scheduler scheduler({"alone", ""}, 2);
  EXPECT_THAT(scheduler.next(), Optional(1));
  EXPECT_THAT(scheduler.next(), Eq(std::nullopt));
  scheduler.stop();
  scheduler.ended(1);
  EXPECT_THAT(scheduler.next(), Eq(std::nullopt));
  EXPECT_TRUE(scheduler.done());
}

TEST(Scheduler, after_stop_nothing_begins_and_the_running_end_it) {
  Scheduler scheduler({"oom", "oom", ""}, 1);
  EXPECT_THAT(scheduler.next(), Optional(0));
  scheduler.stop();
  EXPECT_FALSE(scheduler.done());
  scheduler.ended(0);
  EXPECT_THAT(scheduler.next(), Eq(std::nullopt));
  EXPECT_TRUE(scheduler.done());
}

TEST(Scheduler, zero_slots_are_one) { EXPECT_THAT(Scheduler({""}, 0).next(), Optional(0)); }

TEST(Scheduler, nothing_to_do_is_done) { EXPECT_TRUE(Scheduler({}, 4).done()); }

}  // namespace
}  // namespace runproof
