#include "harness/spawn/command.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>
#include <thread>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "harness/spawn/deny_syscalls.h"
#include "harness/spawn/poll.h"

namespace runproof {
namespace {

using base::Deadline;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

Command shell(std::string script) { return {.argv = {"/bin/sh", "-c", std::move(script)}}; }

/// The numbers a child has open, seen from outside once its program runs: it has answered a byte.
std::vector<int> open_in_child(std::vector<PassedFd> fds) {
  const base::FdPair in = base::make_pipe();
  const base::FdPair out = base::make_pipe();
  const Running cat(
      {.argv = {"/bin/cat"}, .stdin_fd = in.first.get(), .stdout_fd = out.second.get(), .fds = std::move(fds)});
  base::write_all(in.second.get(), "x");
  char byte = 0;
  if (!poll_until(out.first.get(), POLLIN, Deadline::in(30s)) || ::read(out.first.get(), &byte, 1) != 1) return {-1};

  std::vector<int> numbers;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(cat.pid()) + "/fd"))
    numbers.push_back(std::stoi(entry.path().filename().string()));
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

/// A hundred descriptors that an exec would pass on, low and high.
class Leaky {
 public:
  Leaky() {
    rlimit limit = {};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const int high = static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 1 << 20)) - 60;
    for (int at = 0; at < 50; ++at) fds_.emplace_back(::fcntl(2, F_DUPFD, 0));
    for (int at = 0; at < 50; ++at) fds_.emplace_back(::dup2(2, high + at));
  }
  [[nodiscard]] int highest() const { return fds_.back().get(); }

 private:
  std::vector<base::UniqueFd> fds_;
};

TEST(Run, GivesExitOutputAndTime) {
  const Finished done = run(shell("echo out; echo err >&2; exit 3"));

  EXPECT_EQ(done.exit, 3);
  EXPECT_EQ(done.signal, std::nullopt);
  EXPECT_EQ(done.out, "out\n");
  EXPECT_EQ(done.err, "err\n");
  EXPECT_GT(done.took, 0us);
  EXPECT_FALSE(done.ok());
  EXPECT_TRUE(run({.argv = {"true"}}).ok()) << "looked up in PATH";
}

TEST(Run, GivesTheSignal) {
  const Finished done = run(shell("kill -TERM $$"));

  EXPECT_EQ(done.signal, SIGTERM);
  EXPECT_EQ(done.exit, std::nullopt);
}

TEST(Run, FeedsStandardInput) {
  EXPECT_EQ(run({.argv = {"cat"}, .stdin_text = "hello"}).out, "hello");
  EXPECT_EQ(run({.argv = {"cat"}}).out, "");
  const std::string big(5'000'000, 'x');
  EXPECT_EQ(run({.argv = {"wc", "-c"}, .stdin_text = big}).out, "5000000\n");
}

TEST(Run, TakesEnvironmentAndDirectory) {
  EXPECT_EQ(run({.argv = {"/usr/bin/env"}, .env = {{"A=1", "B=2"}}}).out, "A=1\nB=2\n");
  EXPECT_EQ(run({.argv = {"/usr/bin/env"}, .env = std::vector<std::string>{}}).out, "");
  ::setenv("RUNPROOF_TEST", "inherited", 1);
  EXPECT_THAT(run({.argv = {"/usr/bin/env"}}).out, HasSubstr("RUNPROOF_TEST=inherited"));
  EXPECT_EQ(run({.argv = {"pwd"}, .cwd = "/usr/lib"}).out, "/usr/lib\n");
}

TEST(Run, SaysWhichStepFailedWhenItCannotStart) {
  const auto failure = [](const Command& command) {
    try {
      (void)run(command);
    } catch (const base::SysError& error) {
      return std::string(error.what());
    }
    return std::string("started");
  };

  EXPECT_THAT(failure({.argv = {"/no/such"}}), testing::AllOf(HasSubstr("/no/such"), HasSubstr("exec")));
  EXPECT_THAT(failure({.argv = {"no-such-program"}}), HasSubstr("PATH"));
  EXPECT_THAT(failure({.argv = {"/etc/passwd"}}), HasSubstr("ermission"));
  EXPECT_THAT(failure({.argv = {"true"}, .cwd = "/no/such"}), HasSubstr("chdir"));
  EXPECT_THAT(failure({.argv = {"true"}, .stdin_fd = 987}), HasSubstr("dup"));
  EXPECT_THROW((void)run({}), std::invalid_argument);
  EXPECT_THROW((void)run({.argv = {"true"}, .fds = {{.ours = 0, .theirs = 1}}}), std::invalid_argument);
}

TEST(Run, EndsTheGroupAtTheDeadline) {
  Command command = shell("sleep 60 & echo $!; sleep 60");
  command.deadline = 3s;  // the shell must have come to its echo

  const Finished done = run(command);

  EXPECT_TRUE(done.timed_out);
  EXPECT_EQ(done.signal, SIGKILL);
  EXPECT_LT(done.took, 50s);
  const pid_t member = std::stoi(done.out);
  const auto gone = [&] {
    const auto stat = base::read_file_if_there("/proc/" + std::to_string(member) + "/stat");
    return !stat || stat->find(") Z") != std::string::npos;
  };
  const auto deadline = Deadline::in(30s);
  while (!gone() && !deadline.passed()) std::this_thread::yield();
  EXPECT_TRUE(gone());
}

TEST(Run, IsNotHeldUpByADaemonThatKeepsOutputOpen) {
  const Finished done = run(shell("sleep 60 & echo $!"));

  EXPECT_TRUE(done.ok());
  EXPECT_LT(done.took, 50s);
  ::kill(std::stoi(done.out), SIGKILL);
}

TEST(Run, EndsAFlood) {
  const Finished done = run({.argv = {"/usr/bin/yes"}});

  EXPECT_TRUE(done.flooded);
  EXPECT_EQ(done.signal, SIGKILL);
  EXPECT_EQ(done.out.size(), kMostOutput);
}

TEST(Run, LeaksNoDescriptor) {
  const Leaky leaky;
  ASSERT_GE(leaky.highest(), 100);
  const base::FdPair pipe = base::make_pipe();

  EXPECT_THAT(open_in_child({}), ElementsAre(0, 1, 2));
  EXPECT_THAT(open_in_child({{.ours = pipe.first.get(), .theirs = 3}, {.ours = 2, .theirs = 77}}),
              ElementsAre(0, 1, 2, 3, 77));
}

TEST(Run, LeaksNoDescriptorWhereTheKernelCannotCloseRanges) {
  const auto child = [] {
    const Leaky leaky;
    const bool right =
        deny_syscalls({SYS_close_range}) && open_in_child({{.ours = 2, .theirs = 9}}) == std::vector{0, 1, 2, 9};
    ::_exit(right ? 0 : 1);
  };
  EXPECT_EXIT(child(), testing::ExitedWithCode(0), "");
}

TEST(Run, PassedDescriptorsMaySwap) {
  const base::FdPair a = base::make_pipe();
  const base::FdPair b = base::make_pipe();
  Command command =
      shell("echo to-a >&" + std::to_string(b.second.get()) + "; echo to-b >&" + std::to_string(a.second.get()));
  command.fds = {{.ours = a.second.get(), .theirs = b.second.get()},
                 {.ours = b.second.get(), .theirs = a.second.get()}};

  ASSERT_TRUE(run(command).ok());

  char text[6] = {};
  ASSERT_EQ(::read(a.first.get(), text, 5), 5);
  EXPECT_STREQ(text, "to-a\n");
  ASSERT_EQ(::read(b.first.get(), text, 5), 5);
  EXPECT_STREQ(text, "to-b\n");
}

TEST(Run, StartsWithACleanSignalState) {
  const auto child = [] {
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGUSR1, [](int) {});
    ::signal(SIGRTMAX, SIG_IGN);
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    const Finished done = run({.argv = {"/bin/cat", "/proc/self/status"}});
    const std::string none = "0000000000000000";
    const bool right =
        done.out.find("SigBlk:\t" + none + "\nSigIgn:\t" + none + "\nSigCgt:\t" + none + "\n") != std::string::npos;
    if (!right) fprintf(stderr, "%s", done.out.c_str());
    ::_exit(right ? 0 : 1);
  };
  EXPECT_EXIT(child(), testing::ExitedWithCode(0), "");
}

TEST(Run, LeavesOurSignalStateAlone) {
  sigset_t before;
  sigset_t after;
  ::sigprocmask(SIG_BLOCK, nullptr, &before);
  ::signal(SIGUSR2, SIG_IGN);

  ASSERT_TRUE(run({.argv = {"true"}}).ok());

  ::sigprocmask(SIG_BLOCK, nullptr, &after);
  EXPECT_EQ(sigismember(&before, SIGTERM), sigismember(&after, SIGTERM));
  EXPECT_EQ(::signal(SIGUSR2, SIG_DFL), SIG_IGN);
}

TEST(Run, GroupsAsAsked) {
  const auto group_and_session = [](Grouping grouping) {
    Command command = shell("cut -d' ' -f1,5,6 /proc/$$/stat");
    command.grouping = grouping;
    std::istringstream text(run(command).out);
    std::array<pid_t, 3> numbers{};
    text >> numbers[0] >> numbers[1] >> numbers[2];
    return numbers;
  };

  const auto group = group_and_session(Grouping::own_group);
  EXPECT_EQ(group[0], group[1]);
  EXPECT_EQ(group[2], ::getsid(0));
  const auto session = group_and_session(Grouping::own_session);
  EXPECT_EQ(session[0], session[2]);
  EXPECT_EQ(group_and_session(Grouping::shared)[1], ::getpgid(0));
}

TEST(Run, RunsAsSomebodyElse) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root";

  EXPECT_EQ(run({.argv = {"/bin/sh", "-c", "id -u; id -g; id -G"}, .identity = Identity{.uid = 1234, .gid = 2345}}).out,
            "1234\n2345\n2345\n");
  EXPECT_EQ(::prctl(PR_GET_DUMPABLE), 1) << "a vfork child that changes its ids changes this of us";
}

TEST(Run, WorksWithoutPidfds) {
  const auto child = [] {
    const bool right = deny_syscalls({SYS_pidfd_open}) && run({.argv = {"/bin/sh", "-c", "exit 7"}}).exit == 7;
    ::_exit(right ? 0 : 1);
  };
  EXPECT_EXIT(child(), testing::ExitedWithCode(0), "");
}

TEST(Run, FromManyThreadsAtOnce) {
  std::array<int, 8> exits{};
  {
    std::vector<std::jthread> threads;
    for (int at = 0; at < 8; ++at)
      threads.emplace_back([&exits, at] {
        for (int turn = 0; turn < 20; ++turn)
          exits[at] = run(shell("exit " + std::to_string(at + 10))).exit.value_or(-1);
      });
  }
  EXPECT_THAT(exits, ElementsAre(10, 11, 12, 13, 14, 15, 16, 17));
}

TEST(Running, EndsItsGroupWhenItGoes) {
  pid_t pid = 0;
  {
    const Running sleeper({.argv = {"/bin/sleep", "60"}});
    pid = sleeper.pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST(Running, CanBeWaitedForSignalledAndRead) {
  Running cat({.argv = {"/bin/cat"}, .stdin_text = "said"});
  ASSERT_TRUE(poll_until(cat.pidfd().get(), POLLIN, Deadline::in(30s)));
  EXPECT_EQ(cat.out_so_far(), "said");
  EXPECT_TRUE(cat.wait(Deadline::in(30s)).value().ok());
  EXPECT_FALSE(cat.signal(SIGTERM));

  Running sleeper = start({.argv = {"/bin/sleep", "60"}});
  EXPECT_EQ(sleeper.wait(Deadline::in(10ms)), std::nullopt);
  EXPECT_TRUE(sleeper.signal(SIGTERM));
  EXPECT_EQ(sleeper.finish(Deadline::in(30s)).signal, SIGTERM);
}

TEST(Running, IsEndedAtTheDeadline) {
  Running sleeper({.argv = {"/bin/sleep", "60"}});

  const Finished done = sleeper.finish(Deadline::in(10ms));

  EXPECT_TRUE(done.timed_out);
  EXPECT_EQ(done.signal, SIGKILL);
}

TEST(Finished, IsReadableAndBecomesJson) {
  const Finished done{.argv = {"runc", "kill", "a b"}, .exit = 1, .out = "", .err = "no\n", .took = 4100us};
  std::ostringstream text;
  text << done;

  EXPECT_EQ(text.str(), "runc kill 'a b': exit 1, took 4.1 ms\n  stderr: no");
  EXPECT_EQ(
      base::Json(done).dump(),
      R"({"argv":["runc","kill","a b"],"err":"no\n","exit":1,"out":"","signal":null,"timed_out":false,"took_ms":4.1})");
  const Finished loud{.argv = {"x"}, .signal = 9, .out = std::string(20'000, 'x')};
  EXPECT_EQ(base::Json(loud).at("out").get<std::string>().size(), 16384U);
  EXPECT_EQ(base::Json(loud).at("cut"), true);
  EXPECT_EQ(to_text(ExitStatus{.signal = 9}), "signal 9 (KILL)");
}

}  // namespace
}  // namespace runproof
