#include "harness/observe/death.h"

#include <errno.h>
#include <gmock/gmock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/sys_error.h"
#include "harness/observe/testing.h"
#include "harness/observe/wait.h"
#include "harness/spawn/deny_syscalls.h"
#include "harness/spawn/poll.h"

namespace runproof {
namespace {

using base::Deadline;
using testing::HasSubstr;
using namespace std::chrono_literals;

class DeathTest : public testing::TestWithParam<WaitStrategy> {
 protected:
  WaitStrategy strategy = GetParam();
};

INSTANTIATE_TEST_SUITE_P(Strategies, DeathTest,
                         testing::Values(WaitStrategy::automatic, WaitStrategy::pidfd, WaitStrategy::kill0),
                         [](const auto& one) { return std::string(to_text(one.param)); });

TEST_P(DeathTest, AnUnreapedChildIsAZombie) {
  const Forked child([] { pause_for_ever(); });
  const Mortal mortal = Mortal::watch(child.pid()).value();
  EXPECT_TRUE(mortal.alive());
  EXPECT_FALSE(mortal.await_death(soon(), strategy));

  EXPECT_TRUE(mortal.signal(SIGKILL));

  EXPECT_EQ(mortal.await_death(late(), strategy).value().fate, Fate::zombie);
  EXPECT_FALSE(mortal.alive());
}

TEST_P(DeathTest, AReapedChildIsGone) {
  Forked child([] { pause_for_ever(); });
  const Mortal mortal = Mortal::watch(child.pid()).value();
  child.kill();
  child.reap();

  EXPECT_EQ(mortal.await_death(late(), strategy).value().fate, Fate::gone);
  EXPECT_FALSE(mortal.signal(SIGKILL));
}

TEST_P(DeathTest, AReusedNumberIsNotTheProcess) {
  const Forked child([] { pause_for_ever(); });
  const Mortal stranger = Mortal::known_as(child.pid(), proc_stat(child.pid())->start_time - 1);

  EXPECT_EQ(stranger.await_death(late(), strategy).value().fate, Fate::reused);
  EXPECT_FALSE(stranger.signal(SIGKILL));
  EXPECT_TRUE(Mortal::watch(child.pid()).value().alive()) << "and was not hit";
}

TEST_P(DeathTest, ADeadLeaderIsNoDeadProcess) {
  const Forked child = half_dead();
  const Mortal mortal = Mortal::watch(child.pid()).value();

  EXPECT_EQ(mortal.look().fate, Fate::leader_dead);
  EXPECT_GE(mortal.look().threads_alive, 1) << "a sanitizer has threads of its own";
  EXPECT_TRUE(mortal.alive());
  EXPECT_FALSE(mortal.await_death(soon(), strategy));
  EXPECT_THAT(mortal.diagnose().text(), testing::ContainsRegex("dead leader and [0-9] threads alive"));
  EXPECT_EQ(mortal.diagnose().threads_alive, mortal.look().threads_alive);

  EXPECT_TRUE(mortal.signal(SIGKILL));
  EXPECT_EQ(mortal.await_death(late(), strategy).value().fate, Fate::zombie);
}

TEST_P(DeathTest, SurvivorsAreDiagnosed) {
  const base::FdPair pipe = base::make_pipe();
  const Forked stubborn([&] {
    sigset_t term;
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    ::sigprocmask(SIG_BLOCK, &term, nullptr);
    ::signal(SIGHUP, SIG_IGN);
    base::write_all(pipe.second.get(), "x");
    pause_for_ever();
  });
  const Forked weak([] { pause_for_ever(); });
  char byte = 0;
  ASSERT_EQ(::read(pipe.first.get(), &byte, 1), 1);
  std::vector<Mortal> both;
  both.push_back(Mortal::watch(stubborn.pid()).value());
  both.push_back(Mortal::watch(weak.pid()).value());

  for (const Mortal& mortal : both) mortal.signal(SIGTERM);
  ASSERT_TRUE(both[1].await_death(late(), strategy));

  const std::vector<Diagnosis> survivors = await_all_dead(both, soon(), strategy);
  ASSERT_EQ(survivors.size(), 1U);
  EXPECT_EQ(survivors[0].pid, stubborn.pid());
  EXPECT_EQ(survivors[0].fate, Fate::alive);
  EXPECT_EQ(signal_names(survivors[0].sig_pending), "TERM");
  EXPECT_EQ(signal_names(survivors[0].sig_blocked), "TERM");
  EXPECT_THAT(signal_names(survivors[0].sig_ignored), HasSubstr("HUP"));
  EXPECT_EQ(survivors[0].ppid, ::getpid());
  EXPECT_THAT(survivors[0].cmdline, HasSubstr(::program_invocation_short_name));
  const base::Json json = survivors[0];
  EXPECT_EQ(json.at("pid"), stubborn.pid());
  EXPECT_EQ(json.at("sig_blocked"), "TERM");
  EXPECT_EQ(json.at("fate"), "alive");
}

TEST_P(DeathTest, ADeathDuringTheWaitIsSeen) {
  const Forked child([] { pause_for_ever(); });
  const Mortal mortal = Mortal::watch(child.pid()).value();
  const Forked killer([&] {
    (void)poll_until({}, Deadline::in(20ms));
    child.kill();
  });

  EXPECT_EQ(mortal.await_death(late(), strategy).value().fate, Fate::zombie);
}

TEST_P(DeathTest, AFrozenProcessIsReportedAsFrozen) {
  const auto hierarchy = find_hierarchy("freezer");
  if (!hierarchy) GTEST_SKIP() << "no v1 freezer";
  const ScratchGroup scratch(*hierarchy);
  if (!scratch.made()) GTEST_SKIP() << "may not make groups";
  Forked child([] { pause_for_ever(); });
  scratch.add(child.pid());
  const Mortal mortal = Mortal::watch(child.pid()).value();
  base::write_control(scratch.group.dir / "freezer.state", "FROZEN");
  ASSERT_TRUE(await_frozen(scratch.group, late()));

  EXPECT_TRUE(mortal.signal(SIGKILL));
  EXPECT_FALSE(mortal.await_death(soon(), strategy)) << "the v1 freezer holds also those that are killed";
  EXPECT_TRUE(mortal.diagnose().frozen);
  EXPECT_THAT(mortal.diagnose().text(), HasSubstr("frozen"));

  base::write_control(scratch.group.dir / "freezer.state", "THAWED");
  EXPECT_TRUE(mortal.await_death(late(), strategy));
  child.reap();
}

TEST(Mortal, ChecksWhomItWatches) {
  Forked child([] {});
  const pid_t pid = child.pid();
  siginfo_t info = {};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT), 0);
  EXPECT_FALSE(Mortal::watch(pid)) << "a zombie";
  EXPECT_THAT(diagnose(pid).value().text(), HasSubstr("is a zombie: its parent"));
  child.reap();
  EXPECT_FALSE(Mortal::watch(pid)) << "nobody";
  EXPECT_FALSE(diagnose(pid));

  const Forked sleeper([] { pause_for_ever(); });
  EXPECT_FALSE(Mortal::watch(sleeper.pid(), "/surely/not/its/group"));
  const std::string group = memberships_of(sleeper.pid()).value().front().path;
  EXPECT_TRUE(Mortal::watch(sleeper.pid(), group));
}

TEST(Mortal, DoesWithoutPidfds) {
  const auto child = [] {
    if (!deny_syscalls({SYS_pidfd_open})) ::_exit(2);
    const Forked sleeper([] { pause_for_ever(); });
    const Mortal mortal = Mortal::watch(sleeper.pid()).value();
    bool refused = false;
    try {
      (void)mortal.await_death(soon(), WaitStrategy::pidfd);
    } catch (const base::SysError&) {
      refused = true;
    }
    const bool lived = !mortal.pidfd().valid() && !mortal.await_death(soon());
    const bool died = mortal.signal(SIGKILL) && mortal.await_death(late()).value().fate == Fate::zombie;
    ::_exit(refused && lived && died ? 0 : 1);
  };
  EXPECT_EXIT(child(), testing::ExitedWithCode(0), "");
}

TEST(WaitStrategy, HasItsWords) {
  EXPECT_EQ(parse_wait_strategy("auto"), WaitStrategy::automatic);
  EXPECT_EQ(parse_wait_strategy("pidfd"), WaitStrategy::pidfd);
  EXPECT_EQ(parse_wait_strategy("kill0"), WaitStrategy::kill0);
  EXPECT_EQ(parse_wait_strategy("sleep"), std::nullopt);
}

}  // namespace
}  // namespace runproof
