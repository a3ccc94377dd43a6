// A process whose children are not all the harness's, as Python's: apart from reaper_test, for a process is one or the
// other.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

#include "base/pidfd.h"
#include "harness/spawn/command.h"
#include "harness/spawn/poll.h"
#include "harness/spawn/reaper.h"

namespace runproof {
namespace {

using base::Deadline;
using namespace std::chrono_literals;

class AdoptedTest : public testing::Test {
 protected:
  AdoptedTest() { reaper.enable_for_adopted(); }
  Reaper& reaper = Reaper::instance();
};

/// A grandchild that has become our child.
pid_t orphan(const std::string& script) {
  const Finished done = run({.argv = {"/bin/sh", "-c", "(" + script + ") & exec echo $!"}});
  return std::stoi(done.out);
}

/// A child that somebody else in this process waits for.
pid_t foreign_child(int code) {
  const pid_t pid = ::fork();
  if (pid == 0) ::_exit(code);
  return pid;
}

TEST_F(AdoptedTest, LeavesForeignChildrenToThoseWhoWaitForThem) {
  const pid_t pid = foreign_child(7);
  ASSERT_TRUE(base::wait_ended(base::open_pidfd(pid).value(), Deadline::in(30s)));

  EXPECT_TRUE(run({.argv = {"true"}}).ok());
  EXPECT_EQ(reaper.reap_now(), 0);

  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST_F(AdoptedTest, ReapsTheAdoptedWhileARunLasts) {
  const pid_t pid = orphan("exec sleep 60");
  reaper.adopt(pid);
  const std::string number = std::to_string(pid);

  // The child waits until nothing answers to the number: a zombie would.
  const Finished done =
      run({.argv = {"/bin/sh", "-c", "kill -KILL " + number + "; while kill -0 " + number + " 2>/dev/null; do :; done"},
           .deadline = 5s});

  EXPECT_TRUE(done.ok()) << done;
  EXPECT_EQ(reaper.status_of(pid), ExitStatus{.signal = SIGKILL});
}

TEST_F(AdoptedTest, AdoptsWhatBecomesAChildOnlyWhenItsParentHasGone) {
  Running parent = start({.argv = {"/bin/sh", "-c", "sleep 60 & echo $!; exec sleep 60"}});
  while (parent.out_so_far().find('\n') == std::string::npos) {
  }
  const pid_t pid = std::stoi(parent.out_so_far());
  reaper.adopt(pid);
  const base::UniqueFd pidfd = base::open_pidfd(pid).value();
  ASSERT_EQ(::kill(pid, SIGTERM), 0);
  ASSERT_TRUE(base::wait_ended(pidfd, Deadline::in(30s)));

  EXPECT_FALSE(poll_until(-1, 0, Deadline::in(50ms))) << "another's zombie does not wake us for ever";
  parent.kill();
  ASSERT_TRUE(parent.wait(Deadline::in(30s)));

  EXPECT_EQ(reaper.await_exit(pid, Deadline::in(30s)), ExitStatus{.signal = SIGTERM});
}

TEST_F(AdoptedTest, ChangesNoSignalMask) {
  sigset_t mask;
  ASSERT_EQ(::pthread_sigmask(SIG_BLOCK, nullptr, &mask), 0);
  EXPECT_EQ(sigismember(&mask, SIGCHLD), 0);
}

TEST(InterruptionTest, WhatTheCheckThrowsEndsTheWait) {
  static volatile sig_atomic_t rang = 0;
  set_interruption_check([] {
    if (rang != 0) throw std::runtime_error("interrupted");
  });
  struct sigaction action = {};
  action.sa_handler = [](int) { rang = 1; };
  ASSERT_EQ(::sigaction(SIGALRM, &action, nullptr), 0);
  ::ualarm(20'000, 0);

  EXPECT_THROW((void)run({.argv = {"sleep", "60"}}), std::runtime_error);

  set_interruption_check(nullptr);
}

TEST(InterruptionTest, ASignalThatCameBeforeTheWaitEndsItToo) {
  static bool came = false;
  came = true;
  set_interruption_check([] {
    if (came) throw std::runtime_error("interrupted");
  });

  EXPECT_THROW((void)poll_until(-1, 0, Deadline::in(1h)), std::runtime_error);

  set_interruption_check(nullptr);
}

}  // namespace
}  // namespace runproof
