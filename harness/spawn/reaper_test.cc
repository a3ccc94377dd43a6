#include "harness/spawn/reaper.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "base/file.h"
#include "base/pidfd.h"
#include "harness/spawn/command.h"
#include "harness/spawn/deny_syscalls.h"
#include "harness/spawn/poll.h"

namespace runproof {
namespace {

using base::Deadline;
using namespace std::chrono_literals;

class ReaperTest : public testing::Test {
 protected:
  ReaperTest() { reaper.enable(); }
  Reaper& reaper = Reaper::instance();
};

/// A grandchild that its parent leaves unreaped (a shell might still reap it, so it becomes echo): it becomes our
/// child. `script` is what it does.
pid_t orphan(const std::string& script) {
  const Finished done = run({.argv = {"/bin/sh", "-c", "(" + script + ") & exec echo $!"}});
  return std::stoi(done.out);
}

bool is_zombie(pid_t pid) {
  const auto stat = base::read_file_if_there("/proc/" + std::to_string(pid) + "/stat");
  return stat && stat->find(") Z") != std::string::npos;
}

TEST_F(ReaperTest, KnowsHowAnOrphanEnded) {
  EXPECT_EQ(reaper.await_exit(orphan("exit 42"), Deadline::in(30s)), ExitStatus{.exit = 42});

  const pid_t pid = orphan("exec sleep 60");
  EXPECT_EQ(reaper.status_of(pid), std::nullopt);
  ASSERT_EQ(::kill(pid, SIGTERM), 0);
  EXPECT_EQ(reaper.await_exit(pid, Deadline::in(30s)), ExitStatus{.signal = SIGTERM});
  EXPECT_EQ(::kill(pid, 0), -1) << "it was reaped";
  EXPECT_EQ(reaper.status_of(pid), ExitStatus{.signal = SIGTERM}) << "and is remembered";
}

TEST_F(ReaperTest, ReapsOthersWhileARunLasts) {
  const pid_t pid = orphan("exec sleep 60");
  const std::string number = std::to_string(pid);

  // The child kills the orphan and waits until nothing answers to its number: a zombie would.
  const Finished done =
      run({.argv = {"/bin/sh", "-c", "kill -KILL " + number + "; while kill -0 " + number + " 2>/dev/null; do :; done"},
           .deadline = 5s});

  EXPECT_TRUE(done.ok()) << done;
  EXPECT_EQ(reaper.status_of(pid), ExitStatus{.signal = SIGKILL});
}

TEST_F(ReaperTest, AHeldChildStaysAZombie) {
  const pid_t pid = orphan("exec sleep 60");
  const base::UniqueFd pidfd = base::open_pidfd(pid).value();
  {
    const Reaper::Hold hold = reaper.hold(pid);
    ASSERT_EQ(::kill(pid, SIGKILL), 0);
    ASSERT_TRUE(base::wait_ended(pidfd, Deadline::in(30s)));
    EXPECT_EQ(reaper.await_exit(pid, Deadline::in(30s)), ExitStatus{.signal = SIGKILL});
    EXPECT_EQ(reaper.await_exit(orphan("exit 5"), Deadline::in(30s)), ExitStatus{.exit = 5})
        << "one behind the held one";
    EXPECT_TRUE(is_zombie(pid));
  }
  EXPECT_EQ(::kill(pid, 0), -1) << "dropping the hold reaps it";
  EXPECT_EQ(reaper.status_of(pid), ExitStatus{.signal = SIGKILL});
}

TEST_F(ReaperTest, AnswersAtOnceForNobody) {
  const Finished done = run({.argv = {"/bin/sh", "-c", "echo $$"}});
  const auto before = Deadline::Clock::now();

  EXPECT_EQ(reaper.await_exit(std::stoi(done.out), Deadline::in(60s)), std::nullopt);
  EXPECT_LT(Deadline::Clock::now() - before, 30s);
}

TEST_F(ReaperTest, GivesUpAtTheDeadline) {
  const Running sleeper({.argv = {"/bin/sleep", "60"}});

  EXPECT_EQ(reaper.await_exit(sleeper.pid(), Deadline::in(20ms)), std::nullopt);
}

TEST_F(ReaperTest, WaitsForAProcessThatBecomesOurChildLater) {
  // The middle process ends only when its standard input does, and reaps nothing; its child then comes to us.
  base::FdPair pipe = base::make_pipe();
  base::FdPair out = base::make_pipe();
  Running middle({.argv = {"/bin/sh", "-c", "sleep 60 & echo $! >&2; exec cat"},
                  .stdin_fd = pipe.first.get(),
                  .stdout_fd = out.second.get()});
  base::write_all(pipe.second.get(), "x");
  ASSERT_TRUE(poll_until(out.first.get(), POLLIN, Deadline::in(30s)));
  const pid_t pid = std::stoi(middle.err_so_far());
  ASSERT_EQ(::kill(pid, SIGKILL), 0);
  EXPECT_EQ(reaper.await_exit(pid, Deadline::in(50ms)), std::nullopt) << "another's zombie";

  pipe.second.reset();

  EXPECT_EQ(reaper.await_exit(pid, Deadline::in(30s)), ExitStatus{.signal = SIGKILL});
  EXPECT_TRUE(middle.wait(Deadline::in(30s)).value().ok());
}

TEST_F(ReaperTest, PollWakesForDescriptorsNotForChildren) {
  const base::FdPair pipe = base::make_pipe();
  (void)orphan("exit 0");
  EXPECT_FALSE(poll_until(pipe.first.get(), POLLIN, Deadline::in(50ms)));
  base::write_all(pipe.second.get(), "x");
  EXPECT_TRUE(poll_until(pipe.first.get(), POLLIN, Deadline::in(30s)));
}

TEST_F(ReaperTest, PollOnceTellsOfAChild) {
  const Running sleeper({.argv = {"/bin/sleep", "60"}});
  reaper.reap_now();  // reads away the SIGCHLD of earlier tests
  ::kill(sleeper.pid(), SIGKILL);
  EXPECT_EQ(poll_once({}, Deadline::in(30s)), Woken::child);
  EXPECT_TRUE(is_zombie(sleeper.pid())) << "a child that somebody holds is not taken from them";
}

TEST_F(ReaperTest, WorksWithoutPidfds) {
  const auto child = [this] {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);  // a fork does not inherit it
    const bool right = deny_syscalls({SYS_pidfd_open}) &&
                       reaper.await_exit(orphan("exit 3"), Deadline::in(30s)) == ExitStatus{.exit = 3};
    ::_exit(right ? 0 : 1);
  };
  EXPECT_EXIT(child(), testing::ExitedWithCode(0), "");
}

TEST_F(ReaperTest, NoDeathGetsLostInACrowd) {
  std::vector<pid_t> orphans;
  const Running held({.argv = {"/bin/true"}});
  for (int at = 0; at < 30; ++at) orphans.push_back(orphan("exit " + std::to_string(at)));
  for (int at = 0; at < 30; ++at) EXPECT_EQ(reaper.await_exit(orphans[at], Deadline::in(30s)), ExitStatus{.exit = at});
}

}  // namespace
}  // namespace runproof
