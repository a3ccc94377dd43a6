#include "harness/observe/killers.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "harness/observe/descendants.h"
#include "harness/observe/testing.h"
#include "harness/observe/wait.h"
#include "harness/spawn/command.h"

namespace runproof {
namespace {

using base::Deadline;
using namespace std::chrono_literals;

constexpr auto kSettling = 60ms;

/// Asks until it says so, or time is up.
bool says_none(Killers& killers, const Mortal& one, std::chrono::milliseconds span) {
  const auto deadline = Deadline::in(span);
  while (!deadline.passed()) {
    if (killers.none_left({&one, 1})) return true;
  }
  return false;
}

class KillersTest : public testing::Test {
 protected:
  KillersTest() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }
  ~KillersTest() override { ::prctl(PR_SET_CHILD_SUBREAPER, 0); }
  Forked victim{[] { pause_for_ever(); }};
  Mortal mortal = Mortal::watch(victim.pid()).value();
  Killers killers{"/folder/probe", kSettling};
};

TEST_F(KillersTest, NoneWhereAllProcessesAreVictims) {
  EXPECT_FALSE(killers.none_left({&mortal, 1})) << "one look decides nothing";
  EXPECT_TRUE(says_none(killers, mortal, 10s));
}

TEST_F(KillersTest, NobodyIsSeenForTheWholeOfSettling) {
  Killers patient("/folder/probe", 1h);
  for (int look = 0; look < 20; ++look) EXPECT_FALSE(patient.none_left({&mortal, 1}));
}

TEST_F(KillersTest, AndOverFiveLooksInARow) {
  Killers quick("/folder/probe", 0ms);
  const auto four_looks_see_nobody = [&] {
    for (int look = 0; look < 4; ++look) EXPECT_FALSE(quick.none_left({&mortal, 1}));
  };
  four_looks_see_nobody();
  {
    base::FdPair pipe = base::make_pipe();
    Running other({.argv = {"cat"}, .stdin_fd = pipe.first.get()});
    EXPECT_FALSE(quick.none_left({&mortal, 1}));
    pipe.second.reset();
    ASSERT_TRUE(other.wait(Deadline::in(10s)));
  }
  four_looks_see_nobody();
  EXPECT_TRUE(quick.none_left({&mortal, 1}));
}

TEST_F(KillersTest, AnotherProgramMayKillYet) {
  base::FdPair pipe = base::make_pipe();
  Running other({.argv = {"cat"}, .stdin_fd = pipe.first.get()});
  EXPECT_FALSE(says_none(killers, mortal, 3 * kSettling));

  pipe.second.reset();
  pipe.first.reset();
  ASSERT_TRUE(other.wait(Deadline::in(10s)));
  EXPECT_TRUE(says_none(killers, mortal, 10s));
}

TEST_F(KillersTest, AProgramOfTheVictimsNameKillsNobody) {
  base::FdPair pipe = base::make_pipe();
  const Running other({.argv = {"cat"}, .stdin_fd = pipe.first.get()});
  Killers of_cats("/elsewhere/cat", kSettling);
  EXPECT_TRUE(says_none(of_cats, mortal, 10s));
}

TEST_F(KillersTest, WhomWeDidNotStartSomebodyElseMayKill) {
  EXPECT_FALSE(says_none(killers, Mortal::watch(::getppid()).value(), 3 * kSettling));
}

TEST_F(KillersTest, TheDeadAreAwaitedNoMore) {
  victim.kill();
  ASSERT_TRUE(mortal.await_death(Deadline::in(10s)));
  EXPECT_TRUE(says_none(killers, mortal, 10s));
}

/// v1: a frozen process keeps its SIGKILL until it is thawed.
TEST_F(KillersTest, OneThatHasItsSignalWillDie) {
  const auto freezer = find_hierarchy("freezer");
  if (!freezer || freezer->v2) GTEST_SKIP() << "no freezer of v1";
  const ScratchGroup scratch(*freezer);
  if (!scratch.made()) GTEST_SKIP() << "may not make groups";
  scratch.add(victim.pid());
  base::write_control(scratch.group.dir / "freezer.state", "FROZEN");
  EXPECT_TRUE(says_none(killers, mortal, 10s)) << "frozen, and nobody has killed it";

  victim.kill();

  EXPECT_FALSE(says_none(killers, mortal, 3 * kSettling));
  base::write_control(scratch.group.dir / "freezer.state", "THAWED");
  ASSERT_TRUE(mortal.await_death(Deadline::in(10s)));
  EXPECT_TRUE(await_unpopulated(scratch.group, Deadline::in(10s)));
}

TEST_F(KillersTest, EndAWaitThatIsInVain) {
  const auto survivors = await_all_dead({&mortal, 1}, Deadline::in(1h), WaitStrategy::automatic, [&] {
    return killers.none_left({&mortal, 1});
  });
  ASSERT_EQ(survivors.size(), 1U);
  EXPECT_EQ(survivors.front().pid, victim.pid());
}

/// What a runtime that has failed leaves to wait for.
class AnyLives : public testing::Test {
 protected:
  AnyLives() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }
  ~AnyLives() override { ::prctl(PR_SET_CHILD_SUBREAPER, 0); }
  base::FdPair pipe = base::make_pipe();
};

TEST_F(AnyLives, AWaitEndsWhereNobodyIsLeft) {
  EXPECT_FALSE(any_descendant_lives());
  EXPECT_FALSE(poll_while_any_lives(pipe.first.get(), POLLIN, Deadline::in(1h)));
}

TEST_F(AnyLives, AZombieIsNobody) {
  const Forked child([] {});
  while (!proc_stat(child.pid())->is_zombie()) {
  }
  EXPECT_FALSE(poll_while_any_lives(pipe.first.get(), POLLIN, Deadline::in(1h)));
}

TEST_F(AnyLives, AThreadMayOutliveItsLeader) {
  const Forked child = half_dead();
  EXPECT_TRUE(any_descendant_lives());
}

TEST_F(AnyLives, AWaitLastsAsLongAsOneLives) {
  const Forked child([] { pause_for_ever(); });
  EXPECT_TRUE(any_descendant_lives());
  const auto deadline = Deadline::in(200ms);
  EXPECT_FALSE(poll_while_any_lives(pipe.first.get(), POLLIN, deadline));
  EXPECT_TRUE(deadline.passed());
}

TEST_F(AnyLives, WhatTheLastOneDidCounts) {
  const Forked child([this] { base::write_all(pipe.second.get(), "x"); });
  EXPECT_TRUE(poll_while_any_lives(pipe.first.get(), POLLIN, Deadline::in(1h)));
}

TEST(NoSubreaper, WaitsForThoseWhoMayBeElsewhere) {
  const base::FdPair pipe = base::make_pipe();
  const auto deadline = Deadline::in(200ms);
  EXPECT_FALSE(poll_while_any_lives(pipe.first.get(), POLLIN, deadline));
  EXPECT_TRUE(deadline.passed());
}

}  // namespace
}  // namespace runproof
