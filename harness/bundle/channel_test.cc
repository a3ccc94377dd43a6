#include "harness/bundle/channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "base/file.h"
#include "base/pidfd.h"
#include "base/text.h"
#include "harness/bundle/bundle.h"
#include "harness/bundle/testing_directory.h"
#include "harness/spawn/command.h"
#include "harness/spawn/poll.h"

namespace runproof {
namespace {

using namespace std::chrono_literals;
using base::Deadline;
using base::Json;
using testing::HasSubstr;

Deadline soon() { return Deadline::in(20s); }
Deadline now() { return Deadline::in(0s); }

bool ended(const base::UniqueFd& pidfd, Deadline deadline) { return poll_until(pidfd.get(), POLLIN, deadline); }

/// A serving probe on the host and its channel.
struct Served {
  explicit Served(const std::vector<std::string>& options = {})
      : channel(scratch.path()), process(start(command(options))), peer(channel.accept(soon())) {}
  [[nodiscard]] Command command(const std::vector<std::string>& options) const {
    Command command{.argv = {Stage::built_probe().string(), "serve"}};
    command.argv.insert(command.argv.end(), options.begin(), options.end());
    command.argv.push_back(channel.path().string());
    return command;
  }
  /// Asks for one child and takes its connection.
  Peer child(const std::vector<std::string>& options = {}) {
    std::vector<std::string> words = {"fork"};
    words.insert(words.end(), options.begin(), options.end());
    peer.ask(words, soon());
    return channel.accept(soon());
  }

  TestingDirectory scratch;
  Channel channel;
  Running process;
  Peer peer;
};

char state_of(pid_t pid) {
  const std::string stat = base::read_file("/proc/" + std::to_string(pid) + "/stat");
  return stat.at(stat.rfind(')') + 2);
}

TEST(Channel, TellsWhoConnected) {
  const Served served;

  EXPECT_EQ(served.peer.name(), "init");
  EXPECT_EQ(served.peer.pid(), served.process.pid());
  EXPECT_EQ(served.peer.inner_pid(), served.process.pid());
  EXPECT_FALSE(ended(served.peer.pidfd(), now()));
  EXPECT_FALSE(served.peer.gone());
}

TEST(Channel, AnyVerbIsAnsweredByName) {
  Served served({"--name", "worker"});

  EXPECT_EQ(served.peer.name(), "worker");
  EXPECT_EQ(served.peer.ask({"pid"}, soon()).at("pid"), served.process.pid());
  EXPECT_EQ(served.peer.ask({"readlink", "/proc/self/exe"}, soon()).at("/proc/self/exe"),
            Stage::built_probe().string());
  EXPECT_EQ(served.peer.ask({"read", "/nonexistent"}, soon()).at("errno"), "ENOENT");
}

TEST(Channel, WordsMayBeEmptyOrHoldSpaces) {
  Served served;
  const std::string file = (served.scratch.path() / "a file").string();

  served.peer.ask({"write", file, ""}, soon());
  EXPECT_EQ(base::read_file(file), "");
  served.peer.ask({"write", file, " two words\n"}, soon());
  EXPECT_EQ(base::read_file(file), " two words\n");
}

TEST(Channel, NonsenseIsRefusedAndServingGoesOn) {
  Served served;

  EXPECT_THROW(served.peer.ask({"no_such_verb"}, soon()), ChannelError);
  EXPECT_THROW(served.peer.ask({"exit", "many"}, soon()), ChannelError);
  EXPECT_EQ(served.peer.ask({"true"}, soon()).at("verb"), "true");
}

TEST(Channel, AReplyTooLongIsRefusedNotLost) {
  Served served;
  const std::string file = (served.scratch.path() / "long").string();
  base::write_file(file, std::string(4 << 20, 'x'));

  EXPECT_THROW(served.peer.ask({"read", file}, soon()), ChannelError);
  EXPECT_EQ(served.peer.ask({"true"}, soon()).at("verb"), "true");
}

TEST(Channel, NobodyInTimeIsAnError) {
  const TestingDirectory scratch;
  Channel channel(scratch.path());

  EXPECT_TRUE(channel.quiet());
  EXPECT_THROW((void)channel.accept(Deadline::in(5ms)), ChannelError);
}

TEST(Channel, WorksBelowLongPaths) {
  const TestingDirectory scratch;
  const auto deep = scratch.path() / std::string(100, 'a') / std::string(100, 'b');
  std::filesystem::create_directories(deep);
  Channel channel(deep);

  const Running process = start({.argv = {Stage::built_probe().string(), "serve", channel.path().string()}});

  EXPECT_EQ(channel.accept(soon()).pid(), process.pid());
}

TEST(Channel, APeerThatHasDiedIsStillKnown) {
  const TestingDirectory scratch;
  Channel channel(scratch.path());
  Running process = start({.argv = {Stage::built_probe().string(), "serve", channel.path().string()}});
  // Connected, and asleep again: so it has said hello.
  while (channel.quiet() || state_of(process.pid()) != 'S') std::this_thread::yield();
  process.kill();
  ASSERT_TRUE(process.wait(soon()).has_value());

  const Peer peer = channel.accept(soon());

  EXPECT_EQ(peer.name(), "init");
  EXPECT_TRUE(peer.await_gone(soon()));
}

TEST(Channel, ExitAndDieEndIt) {
  Served first;
  first.peer.tell({"exit", "7"});
  EXPECT_EQ(first.process.wait(soon())->exit, 7);
  EXPECT_TRUE(first.peer.await_gone(soon()));
  EXPECT_TRUE(first.peer.gone());
  EXPECT_THROW(first.peer.ask({"true"}, soon()), ChannelError);

  Served second;
  second.peer.tell({"die", "TERM"});
  EXPECT_EQ(second.process.wait(soon())->signal, SIGTERM);
}

TEST(Channel, ExecHangsUpBecauseTheSocketClosesOnIt) {
  Served served;

  EXPECT_EQ(served.peer.ask({"exec", "/nonexistent"}, soon()).at("errno"), "ENOENT");
  served.peer.tell({"exec", Stage::built_probe().string(), "exit", "5"});

  EXPECT_TRUE(served.peer.await_gone(soon()));
  EXPECT_EQ(served.process.wait(soon())->exit, 5);
}

TEST(Channel, GoEndsServing) {
  Served served;

  served.peer.tell({"go"});

  const auto finished = served.process.wait(soon());
  EXPECT_EQ(finished->exit, 0);
  EXPECT_THAT(finished->out, HasSubstr("{\"done\":true}"));
}

TEST(Channel, WhenTheGuardGoesTheProbeEnds) {
  const TestingDirectory scratch;
  Channel channel(scratch.path());
  Running process = start({.argv = {Stage::built_probe().string(), "serve", channel.path().string()}});
  { const Peer peer = channel.accept(soon()); }

  EXPECT_EQ(process.wait(soon())->exit, 0);
}

TEST(Channel, CaughtSignalsAreEvents) {
  Served served;

  EXPECT_EQ(served.peer.ask({"trap", "TERM", "USR1", "RTMIN+2"}, soon()).at("ready"), true);
  served.process.signal(SIGUSR1);
  const Json first = served.peer.next(soon());
  EXPECT_EQ(first.at("signal"), "USR1");
  EXPECT_EQ(first.at("from"), ::getpid());
  served.process.signal(SIGTERM);
  EXPECT_EQ(served.peer.next(soon()).at("signal"), "TERM");
  EXPECT_THAT(served.peer.ask({"signals"}, soon()).at("caught"), testing::IsSupersetOf({"USR1", "TERM", "RTMIN+2"}));
}

TEST(Channel, EventsBeforeAReplyAreKept) {
  Served served;
  served.peer.ask({"trap", "USR1"}, soon());

  served.process.signal(SIGUSR1);
  served.peer.ask({"true"}, soon());

  EXPECT_EQ(served.peer.next(soon()).at("signal"), "USR1");
}

TEST(Channel, IgnoredSignalsDoNothing) {
  Served served;

  served.peer.ask({"ignore", "TERM"}, soon());
  served.process.signal(SIGTERM);

  EXPECT_THAT(served.peer.ask({"signals"}, soon()).at("ignored"), testing::Contains("TERM"));
}

TEST(Channel, BlocksUntilAFifoIsClosed) {
  Served served;
  const std::string fifo = (served.scratch.path() / "fifo").string();
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);

  ASSERT_TRUE(served.peer.tell({"block", fifo}));
  base::write_file(fifo, "now");

  EXPECT_EQ(served.peer.ask({"true"}, soon()).at("text"), "now") << "the answer to block comes first";
}

TEST(Fork, EachChildConnectsByItself) {
  Served served;

  const Json reply = served.peer.ask({"fork", "--count", "3"}, soon());
  std::vector<Peer> children = served.channel.accept(std::size_t{3}, soon());
  std::vector<std::string> names;
  std::vector<pid_t> pids;
  for (Peer& child : children) {
    names.push_back(child.name());
    pids.push_back(child.pid());
    EXPECT_EQ(child.ask({"pid"}, soon()).at("ppid"), served.process.pid());
  }

  EXPECT_THAT(names, testing::UnorderedElementsAre("init.1", "init.2", "init.3"));
  EXPECT_THAT(pids, testing::UnorderedElementsAreArray(reply.at("pids").get<std::vector<pid_t>>()));
}

TEST(Fork, AcceptByNameKeepsTheOthers) {
  Served served;
  served.peer.ask({"fork", "--count", "3"}, soon());

  EXPECT_EQ(served.channel.accept("init.3", soon()).name(), "init.3");
  EXPECT_EQ(served.channel.accept("init.1", soon()).name(), "init.1");
  EXPECT_EQ(served.channel.accept(soon()).name(), "init.2");
  EXPECT_TRUE(served.channel.quiet());
}

TEST(Fork, ChildrenForkToo) {
  Served served;
  Peer child = served.child();

  child.ask({"fork"}, soon());

  EXPECT_EQ(served.channel.accept(soon()).name(), "init.1.1");
}

TEST(Fork, AChildThatEndsIsReaped) {
  Served served;
  Peer child = served.child();

  child.tell({"exit", "0"});
  ASSERT_TRUE(ended(child.pidfd(), soon()));
  served.peer.ask({"true"}, soon());

  EXPECT_FALSE(std::filesystem::exists("/proc/" + std::to_string(child.pid())));
}

TEST(Fork, AnUnreapedChildStaysAZombie) {
  Served served;
  Peer child = served.child({"--unreaped"});

  child.tell({"exit", "0"});
  ASSERT_TRUE(ended(child.pidfd(), soon()));
  served.peer.ask({"true"}, soon());

  EXPECT_EQ(state_of(child.pid()), 'Z');
  EXPECT_EQ(served.peer.ask({"reap"}, soon()).at("reaped"), 1);
}

TEST(Fork, SetsidLeavesTheSession) {
  Served served;
  Peer child = served.child({"--setsid"});

  EXPECT_EQ(child.ask({"pid"}, soon()).at("sid"), child.pid());
}

TEST(Fork, ADoubleForkLosesItsParent) {
  Served served;
  Peer child = served.child({"--double", "--setsid"});

  const Json pid = child.ask({"pid"}, soon());

  EXPECT_NE(pid.at("ppid"), served.process.pid());
  EXPECT_NE(pid.at("sid"), child.pid()) << "the session belongs to the one between";
  EXPECT_NE(pid.at("sid"), served.peer.ask({"pid"}, soon()).at("sid"));
  child.tell({"exit", "0"});
}

TEST(Fork, IgnoringSurvivesAllButKill) {
  Served served;
  Peer child = served.child({"--ignore"});

  base::send_signal(child.pidfd(), SIGTERM);
  base::send_signal(child.pidfd(), SIGHUP);
  EXPECT_EQ(child.ask({"true"}, soon()).at("verb"), "true");
  base::send_signal(child.pidfd(), SIGKILL);

  EXPECT_TRUE(ended(child.pidfd(), soon()));
}

TEST(Fork, ThreadsAreCounted) {
  Served served;
  Peer child = served.child({"--threads", "3"});

  EXPECT_THAT(child.ask({"read", "/proc/self/status"}, soon()).at("text").get<std::string>(), HasSubstr("Threads:\t4"));
}

TEST(Fork, ALeaderMayDieBeforeItsThreads) {
  Served served;
  Peer child = served.child({"--leader-exits"});

  // Asked until the kernel has it: the leader says nothing when it ends.
  const Deadline deadline = soon();
  while (state_of(child.pid()) != 'Z' && !deadline.passed()) child.ask({"true"}, deadline);

  EXPECT_EQ(state_of(child.pid()), 'Z');
  EXPECT_FALSE(ended(child.pidfd(), now())) << "no pidfd says so while a thread lives";
  EXPECT_EQ(child.ask({"true"}, soon()).at("verb"), "true");
  child.tell({"exit", "0"});
  EXPECT_TRUE(ended(child.pidfd(), soon()));
}

TEST(Fork, AStormLastsUntilItsLastProcess) {
  Served served;
  Peer storm = served.child({"--storm", "2"});

  EXPECT_EQ(storm.ask({"true"}, soon()).at("verb"), "true");
  storm.tell({"exit", "0"});
  ASSERT_TRUE(ended(storm.pidfd(), soon()));
  EXPECT_FALSE(storm.gone()) << "its chains hold the connection";
}

TEST(Fork, SenselessShapesAreRefused) {
  Served served;

  EXPECT_THROW(served.peer.ask({"fork", "--count", "0"}, soon()), ChannelError);
  EXPECT_THROW(served.peer.ask({"fork", "--count", "many"}, soon()), ChannelError);
  EXPECT_THROW(served.peer.ask({"fork", "--wings"}, soon()), ChannelError);
}

long forks_of_the_machine() {
  const std::string stat = base::read_file("/proc/stat");
  return std::stol(stat.substr(stat.find("\nprocesses ") + 11));
}

/// Children of this process that have ended, by a scan of all of them.
long dead_children() {
  const std::string self = std::to_string(getpid());
  long dead = 0;
  const std::string children = base::read_file("/proc/self/task/" + self + "/children");
  for (const std::string_view pid : base::split(children, ' ')) {
    const auto stat = base::read_file_if_there("/proc/" + std::string{pid} + "/stat");
    if (stat && stat->find(") Z ") != std::string::npos) ++dead;
  }
  return dead;
}

// Whoever adopts what a storm leaves behind may be slow to bury it; the machine has only so many process numbers.
TEST(Fork, AStormBuriesItsOwnDead) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  Served served;
  const Peer member = served.child({"--count", "1", "--storm", "2"});

  const long enough = forks_of_the_machine() + 3000;
  const Deadline patience = soon();
  while (forks_of_the_machine() < enough && !patience.passed()) {
  }
  ASSERT_GE(forks_of_the_machine(), enough) << "there is no storm";
  EXPECT_LT(dead_children(), 50);
}

}  // namespace
}  // namespace runproof
