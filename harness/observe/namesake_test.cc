#include "harness/observe/namesake.h"

#include <gtest/gtest.h>

#include "base/sys_error.h"
#include "base/text.h"
#include "harness/observe/testing.h"

namespace runproof {
namespace {

using base::Deadline;
using namespace std::chrono_literals;

long long last_pid() { return base::to_number(base::trim(base::read_file("/proc/sys/kernel/ns_last_pid"))).value(); }

class NamesakeTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "takes CAP_CHECKPOINT_RESTORE";
  }
  Forked victim{pause_for_ever};
  Mortal mortal = Mortal::watch(victim.pid()).value();
};

TEST_F(NamesakeTest, HasTheNumberOfTheDeadAndIsAnother) {
  victim.kill();
  victim.reap();

  const Namesake other(mortal, Deadline::in(10s));

  EXPECT_EQ(other.pid(), mortal.pid());
  EXPECT_EQ(mortal.look().fate, Fate::reused);
  EXPECT_TRUE(Mortal::watch(other.pid())->alive());
}

/// Whoever forks next gets a number that has been nobody's of late.
TEST_F(NamesakeTest, DoesNotTurnTheCounterBack) {
  victim.kill();
  victim.reap();
  for (int later = 0; later < 5; ++later) Forked{[] {}}.reap();
  const auto before = last_pid();

  const Namesake other(mortal, Deadline::in(10s));

  const auto after = last_pid();
  EXPECT_TRUE(after >= before || before - after > 10'000) << before << " became " << after;  // unless it wrapped
}

TEST_F(NamesakeTest, IsGoneWithItsGuard) {
  victim.kill();
  victim.reap();

  { const Namesake other(mortal, Deadline::in(10s)); }

  EXPECT_EQ(mortal.look().fate, Fate::gone);
}

TEST_F(NamesakeTest, CannotHaveTheNumberOfTheLiving) {
  try {
    const Namesake other(mortal, Deadline::in(30ms));
    FAIL() << "took " << other.pid();
  } catch (const base::SysError& error) {
    EXPECT_EQ(error.error(), EEXIST);
  }
}

}  // namespace
}  // namespace runproof
