// The probe's verbs, on the host: what it says must be what the kernel says of it, or of us.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "base/file.h"
#include "base/text.h"
#include "harness/bundle/bundle.h"
#include "harness/bundle/channel.h"
#include "harness/bundle/replies.h"
#include "harness/bundle/testing_directory.h"
#include "harness/bundle/testing_inode.h"
#include "harness/spawn/command.h"

namespace runproof {
namespace {

using namespace std::chrono_literals;
using base::Json;
using testing::Contains;
using testing::HasSubstr;

Command probe(std::vector<std::string> words) {
  words.insert(words.begin(), Stage::built_probe().string());
  return {.argv = std::move(words)};
}

/// The record of the first verb; a probe that does not complete fails the test.
Json ask(const Command& command) {
  const Finished finished = run(command);
  const Replies replies = Replies::parse(finished.out);
  EXPECT_TRUE(replies.complete()) << replies.problem() << "\n" << finished;
  return replies.all().empty() ? Json::object() : replies.all().front();
}
Json ask(std::vector<std::string> words) { return ask(probe(std::move(words))); }

ino_t namespace_inode(const std::string& name) { return inode_of("/proc/self/ns/" + name); }

TEST(Probe, TrueCompletesAndExitsWithZero) {
  const Finished finished = run(probe({"true"}));

  EXPECT_EQ(finished.exit, 0);
  EXPECT_EQ(finished.out, "{\"verb\":\"true\"}\n{\"done\":true}\n");
  EXPECT_EQ(finished.err, "");
}

TEST(Probe, WithoutWordsItIsTrue) { EXPECT_EQ(ask(std::vector<std::string>{}).at("verb"), "true"); }

TEST(Probe, ExitsAndDiesAsTold) {
  EXPECT_EQ(run(probe({"exit", "42"})).exit, 42);
  EXPECT_EQ(run(probe({"exit", "255"})).exit, 255);
  EXPECT_EQ(run(probe({"die", "SIGTERM"})).signal, SIGTERM);
  EXPECT_EQ(run(probe({"die", "KILL"})).signal, SIGKILL);
  EXPECT_EQ(run(probe({"die", "6"})).signal, SIGABRT);
  EXPECT_TRUE(Replies::parse(run(probe({"exit", "42"})).out).complete());
}

TEST(Probe, NonsenseDoesNotComplete) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"no_such_verb"},
                                                                                     {"exit"},
                                                                                     {"exit", "x"},
                                                                                     {"exit", "256"},
                                                                                     {"die", "NOSUCH"},
                                                                                     {"read"},
                                                                                     {"fork"},
                                                                                     {"hook"},
                                                                                     {"+"}}) {
    const Finished finished = run(probe(words));
    EXPECT_EQ(finished.exit, 64) << finished;
    EXPECT_FALSE(Replies::parse(finished.out).complete()) << finished;
    EXPECT_THAT(finished.out, HasSubstr("error"));
  }
}

TEST(Probe, SeveralVerbsInOneGo) {
  const Finished finished = run(probe({"cwd", "+", "args", "+", "exit", "3", "+", "true"}));
  const Replies replies = Replies::parse(finished.out);

  EXPECT_EQ(finished.exit, 3);
  EXPECT_TRUE(replies.complete());
  EXPECT_EQ(replies.all().size(), 3u) << "what ends it comes last";
}

TEST(Probe, RepliesGoWhereTheyAreWanted) {
  const TestingDirectory scratch;
  const std::string file = (scratch.path() / "out").string();

  EXPECT_EQ(run(probe({"--to", file, "true"})).out, "");
  EXPECT_TRUE(Replies::parse(base::read_file(file)).complete());
  EXPECT_TRUE(Replies::parse(run(probe({"--to", "2", "true"})).err).complete());
}

TEST(Probe, HelpNamesEveryVerb) {
  const Json verbs = ask({"help"}).at("verbs");

  for (const char* verb :
       {"args", "block",    "caps",     "cgroup", "cwd",     "die",  "env",    "exec", "exit",          "fds",
        "fork", "hook",     "hostname", "ids",    "ls",      "mark", "mounts", "ns",   "oom_score_adj", "pid",
        "read", "readlink", "rlimits",  "serve",  "signals", "stat", "trap",   "true", "tty",           "write"}) {
    EXPECT_TRUE(verbs.contains(verb)) << verb;
  }
}

TEST(Probe, TextThatIsNoUtf8StillMakesJson) {
  EXPECT_EQ(ask({"args", "a\xff", "\"\\\n\x01", "\xed\xa0\x80", "\xc3\xa4\xf0\x9f\x98\x80"}).at("args"),
            Json({Stage::built_probe().string(), "args", "a\xef\xbf\xbd", "\"\\\n\x01",
                  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "\xc3\xa4\xf0\x9f\x98\x80"}));
}

TEST(Probe, EnvironmentAndDirectory) {
  Command command = probe({"env", "+", "cwd"});
  command.env = {"B=2", "A=1", "B=2", "ODD", "E="};
  command.cwd = "/usr";
  const Replies replies = Replies::parse(run(command).out);

  EXPECT_EQ(replies.of("env").at("env"), Json({"B=2", "A=1", "B=2", "ODD", "E="}));
  EXPECT_EQ(replies.of("cwd").at("cwd"), "/usr");
}

TEST(Probe, Ids) {
  const Json mine = ask({"ids"});
  EXPECT_EQ(mine.at("uid"),
            Json({{"real", ::getuid()}, {"effective", ::getuid()}, {"saved", ::getuid()}, {"fs", ::getuid()}}));
  const mode_t mask = ::umask(0);
  ::umask(mask);
  EXPECT_EQ(mine.at("umask"), mask);
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to be somebody else";

  // A program that everybody may reach: the build directory may not be.
  const TestingDirectory scratch;
  std::filesystem::permissions(scratch.path(), std::filesystem::perms(0755));
  const Stage stage(scratch.path());
  const Json other =
      ask(Command{.argv = {stage.probe().string(), "ids"}, .cwd = "/", .identity = Identity{1234, 5678}});
  EXPECT_EQ(other.at("uid"), Json({{"real", 1234}, {"effective", 1234}, {"saved", 1234}, {"fs", 1234}}));
  EXPECT_EQ(other.at("gid").at("fs"), 5678);
  EXPECT_EQ(other.at("groups"), Json::array());
}

TEST(Probe, Privileges) {
  const Json caps = ask({"caps"});
  const std::string status = base::read_file("/proc/self/status");
  const auto bits = [&](const std::string& name) {
    const auto at = status.find(name + ":\t");
    return __builtin_popcountll(std::stoull(status.substr(at + name.size() + 2, 16), nullptr, 16));
  };

  EXPECT_EQ(caps.at("effective").size(), bits("CapEff"));
  EXPECT_EQ(caps.at("permitted").size(), bits("CapPrm"));
  EXPECT_EQ(caps.at("inheritable").size(), bits("CapInh"));
  EXPECT_EQ(caps.at("bounding").size(), bits("CapBnd"));
  EXPECT_EQ(caps.at("ambient").size(), bits("CapAmb"));
  EXPECT_EQ(caps.at("no_new_privileges"), false);
  EXPECT_EQ(caps.at("seccomp"), 0);
}

TEST(Probe, Rlimits) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  const Json limits = ask({"rlimits"});

  EXPECT_EQ(limits.at("RLIMIT_NOFILE"), Json({{"soft", files.rlim_cur}, {"hard", files.rlim_max}}));
  EXPECT_EQ(limits.size(), 17u) << "sixteen and the verb";
}

TEST(Probe, HostnameNamespacesAndCgroup) {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size());

  EXPECT_EQ(ask({"hostname"}).at("hostname"), name.data());
  EXPECT_EQ(ask({"ns"}).at("ns").at("mnt"), namespace_inode("mnt"));
  EXPECT_EQ(ask({"ns"}).at("ns").at("pid"), namespace_inode("pid"));
  const auto lines = base::read_file("/proc/self/cgroup");
  EXPECT_EQ(ask({"cgroup"}).at("cgroup").size(), base::split(base::trim(lines), '\n').size());
  EXPECT_TRUE(ask({"cgroup"}).at("cgroup").back().at("path").get<std::string>().starts_with('/'));
}

TEST(Probe, Mounts) {
  const Json mounts = ask({"mounts"}).at("mounts");
  const auto proc =
      std::find_if(mounts.begin(), mounts.end(), [](const Json& mount) { return mount.at("target") == "/proc"; });

  ASSERT_NE(proc, mounts.end());
  EXPECT_EQ(proc->at("type"), "proc");
  EXPECT_THAT(proc->at("options"), Contains("rw"));

  // Elsewhere other tests mount at the same time.
  const auto told = std::count_if(mounts.begin(), mounts.end(), [](const Json& mount) {
    return mount.at("target").get<std::string>().starts_with("/sys");
  });
  const std::string text = base::read_file("/proc/self/mountinfo");
  const auto lines = base::split(base::trim(text), '\n');
  EXPECT_GT(told, 0);
  EXPECT_EQ(told, std::count_if(lines.begin(), lines.end(), [](std::string_view line) {
              return base::split(line, ' ').at(4).starts_with("/sys");
            }));
}

TEST(Probe, Files) {
  const TestingDirectory scratch;
  const std::string file = (scratch.path() / "file").string();

  EXPECT_EQ(ask({"write", file, "text"}).at("written"), 4);
  EXPECT_EQ(ask({"write", "--append", file, "!"}).at("written"), 1);
  EXPECT_EQ(ask({"read", file}).at("text"), "text!");
  EXPECT_EQ(ask({"write", file, "x"}).at("written"), 1);
  EXPECT_EQ(base::read_file(file), "x");
  EXPECT_EQ(ask({"write", "--existing", file + "2", "x"}).at("errno"), "ENOENT");
  EXPECT_EQ(ask({"ls", scratch.path().string()}).at("entries"), Json({"file"}));
  EXPECT_EQ(ask({"ls", file}).at("errno"), "ENOTDIR");
  EXPECT_EQ(ask({"stat", file}).at(file).at("size"), 1);
  EXPECT_EQ(ask({"stat", "/dev/null"}).at("/dev/null").at("rdev"), Json({{"major", 1}, {"minor", 3}}));
  EXPECT_EQ(ask({"stat", "/dev/null"}).at("/dev/null").at("type"), "char");
  EXPECT_EQ(ask({"stat", "/nonexistent"}).at("/nonexistent").at("errno"), "ENOENT");
  EXPECT_EQ(ask({"readlink", "/proc/self/exe"}).at("/proc/self/exe"), Stage::built_probe().string());
  EXPECT_EQ(ask({"readlink", file}).at(file).at("errno"), "EINVAL");
  EXPECT_EQ(ask({"read", "/nonexistent"}).at("errno"), "ENOENT");
}

TEST(Probe, MarkProvesThatItRan) {
  const TestingDirectory scratch;
  const auto file = scratch.path() / "mark";

  ask({"mark", file.string()});

  EXPECT_TRUE(std::filesystem::exists(file));
  EXPECT_EQ(ask({"mark", "/nonexistent/mark"}).at("errno"), "ENOENT");
}

TEST(Probe, DescriptorsAreThoseItWasGiven) {
  const base::UniqueFd null = base::open_file("/dev/null", O_RDONLY);
  Command command = probe({"fds"});
  command.fds = {{.ours = null.get(), .theirs = 7}};

  const Json fds = ask(command).at("fds");

  EXPECT_EQ(fds.size(), 4u) << fds;
  EXPECT_EQ(fds.at("0"), "/dev/null");
  EXPECT_EQ(fds.at("7"), "/dev/null");
}

TEST(Probe, PidsSignalsAndScore) {
  Command command = probe({"pid"});
  command.grouping = Grouping::own_session;
  const Json pid = ask(command);
  EXPECT_EQ(pid.at("ppid"), ::getpid());
  EXPECT_EQ(pid.at("sid"), pid.at("pid"));
  EXPECT_EQ(pid.at("pgid"), pid.at("pid"));

  const Json signals = ask({"signals"});
  EXPECT_EQ(signals.at("blocked"), Json::array());
  EXPECT_EQ(signals.at("ignored"), Json::array());
  EXPECT_EQ(signals.at("caught"), Json::array());
  EXPECT_EQ(ask({"oom_score_adj"}).at("oom_score_adj"), std::stoi(base::read_file("/proc/self/oom_score_adj")));
}

TEST(Probe, SignalsThatTheParentIgnores) {
  // env(1) of coreutils 8.31 and later can set dispositions and masks.
  const Json signals =
      ask(Command{.argv = {"env", "--ignore-signal=HUP", "--block-signal=USR2", Stage::built_probe(), "signals"}});

  EXPECT_EQ(signals.at("ignored"), Json::array({"HUP"}));
  EXPECT_EQ(signals.at("blocked"), Json::array({"USR2"}));
}

TEST(Probe, TtySaysThereIsNone) {
  Command command = probe({"tty"});
  command.grouping = Grouping::own_session;
  const Json tty = ask(command);

  EXPECT_EQ(tty.at("stdin").at("tty"), false);
  EXPECT_EQ(tty.at("controlling").at("errno"), "ENXIO");
}

TEST(Probe, TrapReportsEachSignalAndEndsAfterTheLast) {
  Running process = start(probe({"trap", "--count", "2", "TERM", "USR1"}));
  const base::Deadline deadline = base::Deadline::in(20s);
  while (process.out_so_far().find("ready") == std::string::npos && !deadline.passed()) std::this_thread::yield();

  process.signal(SIGUSR1);
  process.signal(SIGTERM);
  const Finished finished = process.finish(deadline);

  EXPECT_EQ(finished.exit, 0) << finished;
  EXPECT_THAT(finished.out, HasSubstr("\"signal\":\"USR1\""));
  EXPECT_THAT(finished.out, HasSubstr("\"signal\":\"TERM\""));
  EXPECT_TRUE(Replies::parse(finished.out).complete());
}

TEST(Probe, ServeWithoutAListenerFails) { EXPECT_EQ(run(probe({"serve", "/nonexistent/channel"})).exit, 91); }

TEST(Probe, ProcessDescribesAnother) {
  const Json process = ask({"process", std::to_string(::getpid())});
  struct stat root {};
  ::stat("/", &root);

  EXPECT_EQ(process.at("exe"), std::filesystem::read_symlink("/proc/self/exe").string());
  EXPECT_EQ(process.at("ns").at("uts"), namespace_inode("uts"));
  EXPECT_EQ(process.at("program").at("ino"), inode_of("/proc/self/exe"));
  EXPECT_EQ(process.at("root"), Json({{"dev", root.st_dev}, {"ino", root.st_ino}}));
  EXPECT_TRUE(ask({"process", "none"}).contains("errno"));
}

class Hook : public testing::Test {
 protected:
  Command hook(std::vector<std::string> options, const std::string& name, const std::vector<std::string>& verbs = {}) {
    options.insert(options.begin(), "hook");
    options.push_back(log.string());
    options.push_back(name);
    options.insert(options.end(), verbs.begin(), verbs.end());
    return probe(std::move(options));
  }
  TestingDirectory scratch;
  std::filesystem::path log = scratch.path() / "log";
};

TEST_F(Hook, WritesOneLineOfAllThatItSees) {
  Command command = hook({}, "first", {"hostname", ",", "process", "@pid"});
  command.stdin_text = R"({"id":"x","pid":)" + std::to_string(::getpid()) + "}";
  command.env = {"A=1"};
  command.cwd = "/usr";
  EXPECT_EQ(run(command).exit, 0);

  const std::vector<HookRun> runs = read_hook_log(log);
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].name, "first");
  EXPECT_EQ(runs[0].state.at("id"), "x");
  const Json& record = runs[0].record;
  EXPECT_EQ(record.at("args"), Json(command.argv));
  EXPECT_EQ(record.at("env"), Json({"A=1"}));
  EXPECT_EQ(record.at("cwd"), "/usr");
  EXPECT_EQ(record.at("program").at("ino"), inode_of(Stage::built_probe()));
  EXPECT_EQ(record.at("root").at("ino"), inode_of("/"));
  EXPECT_EQ(record.at("ns").at("mnt"), namespace_inode("mnt"));
  EXPECT_EQ(record.at("ppid"), ::getpid());
  EXPECT_EQ(record.at("uid"), ::getuid());
  EXPECT_EQ(record.at("fds").size(), 3u) << record.at("fds");
  EXPECT_LE(record.at("began_ns"), record.at("logged_ns"));
  EXPECT_EQ(record.at("seccomp"), 0);
  EXPECT_EQ(record.at("replies").at(0).at("verb"), "hostname");
  EXPECT_EQ(record.at("replies").at(1).at("exe"), std::filesystem::read_symlink("/proc/self/exe").string());
}

TEST_F(Hook, MayBeToldByItsEnvironment) {
  Command command = probe({});
  command.env = {"PROBE_WORDS=hook\n" + log.string() + "\nquiet"};

  EXPECT_EQ(run(command).exit, 0);
  EXPECT_EQ(read_hook_log(log).at(0).name, "quiet");
}

TEST_F(Hook, AppendsAndEndsAsTold) {
  EXPECT_EQ(run(hook({"--exit", "3", "--stdout", "o", "--stderr", "e"}, "a")).exit, 3);
  const Finished second = run(hook({"--stdout", "o", "--stderr", "e"}, "b"));

  EXPECT_THAT(second.out, testing::StartsWith("o"));
  EXPECT_EQ(second.err, "e");
  const std::vector<HookRun> runs = read_hook_log(log);
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_EQ(runs[0].name, "a");
  EXPECT_EQ(runs[1].name, "b");
}

TEST_F(Hook, NeedNotReadItsInput) {
  Command command = hook({"--no-stdin"}, "deaf");
  command.stdin_text = "{}";

  EXPECT_EQ(run(command).exit, 0);
  EXPECT_EQ(read_hook_log(log).at(0).record.at("stdin"), "");
}

TEST_F(Hook, HangsAfterItsLineIsWritten) {
  Command command = hook({"--hang"}, "hung");
  command.deadline = std::chrono::milliseconds(300);

  EXPECT_TRUE(run(command).timed_out);
  EXPECT_EQ(read_hook_log(log).size(), 1u);
}

TEST_F(Hook, WaitsAtItsGate) {
  Channel channel(scratch.path(), "gate");
  Running process = start(hook({"--gate", channel.path().string(), "--exit", "4"}, "gated"));
  Peer gate = channel.accept(base::Deadline::in(20s));

  EXPECT_EQ(gate.name(), "gated");
  EXPECT_EQ(read_hook_log(log).size(), 1u);
  EXPECT_FALSE(process.wait(base::Deadline::in(0s)).has_value());
  gate.tell({"go"});
  EXPECT_EQ(process.wait(base::Deadline::in(20s))->exit, 4);
}

TEST_F(Hook, MayWaitBeforeItsLine) {
  Channel channel(scratch.path(), "gate");
  Running process = start(hook({"--gate-first", channel.path().string()}, "late"));
  Peer gate = channel.accept(base::Deadline::in(20s));

  EXPECT_TRUE(read_hook_log(log).empty());
  gate.tell({"go"});
  EXPECT_EQ(process.wait(base::Deadline::in(20s))->exit, 0);
  EXPECT_EQ(read_hook_log(log).size(), 1u);
}

TEST_F(Hook, ALogThatCannotBeWrittenIsItsFailure) {
  log = "/nonexistent/log";
  EXPECT_EQ(run(hook({}, "a")).exit, 93);
}

}  // namespace
}  // namespace runproof
