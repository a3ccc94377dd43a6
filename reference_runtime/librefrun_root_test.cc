#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "reference_runtime/hostile_caller.h"
#include "reference_runtime/librefrun.h"

namespace librefrun {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

/// While it lives, no signal interrupts this thread: the hostile caller's alarms are for librefrun to bear.
class Undisturbed {
 public:
  Undisturbed() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  Undisturbed(const Undisturbed&) = delete;
  Undisturbed& operator=(const Undisturbed&) = delete;
  ~Undisturbed() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

/// A bundle whose program is the probe, and a state root.
class Bundle {
 public:
  Bundle() {
    const Undisturbed quiet;
    std::string pattern = (fs::temp_directory_path() / "librefrun-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no scratch directory");
    path_ = pattern;
    ::chmod(path_.c_str(), 0755);
    for (const char* directory : {"rootfs", "rootfs/proc", "rootfs/dev"}) fs::create_directory(path_ / directory);
    fs::copy_file(PROBE, path_ / "rootfs/probe");
    // Our umask would keep the program from its own root.
    for (const char* entry : {"rootfs", "rootfs/proc", "rootfs/dev", "rootfs/probe"}) {
      fs::permissions(path_ / entry, fs::perms(0755));
    }
    program({"/probe", "pause"});
  }
  Bundle(const Bundle&) = delete;
  Bundle& operator=(const Bundle&) = delete;
  ~Bundle() {
    const Undisturbed quiet;
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }

  void program(const std::vector<std::string>& args) {
    config_["process"]["args"] = args;
    write();
  }
  /// A hook that fails once init is there.
  void failing_hook() {
    config_["hooks"]["createRuntime"] = {{{"path", "/bin/false"}}};
    write();
  }
  [[nodiscard]] const fs::path& path() const { return path_; }
  [[nodiscard]] Runtime runtime() const { return {.program = REFRUN, .root = path_ / "state"}; }
  /// No other test's: a cgroup is named after it.
  [[nodiscard]] std::string id() const { return path_.filename(); }
  [[nodiscard]] Creation creation() const { return creation(id()); }
  [[nodiscard]] Creation creation(const std::string& id) const { return {runtime(), id, path_.string()}; }

 private:
  void write() { base::write_file(path_ / "config.json", config_.dump()); }

  fs::path path_;
  base::Json config_ = base::Json::parse(R"({
    "ociVersion": "1.2.0", "root": {"path": "rootfs"},
    "process": {"cwd": "/", "user": {"uid": 0, "gid": 0}, "args": []},
    "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
    "linux": {"namespaces": [{"type": "pid"}, {"type": "mount"}]}})");
};

/// Removes the container, and reaps it, whatever the test has come to.
class Guard {
 public:
  explicit Guard(Container& container) : container_(container) {}
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() {
    container_.remove_by_force();
    if (container_.init().valid()) {
      ::waitid(static_cast<idtype_t>(P_PIDFD), static_cast<id_t>(container_.init().get()), nullptr, WEXITED);
    }
  }

 private:
  Container& container_;
};

/// The value of a line of /proc/PID/status.
std::string status_of(pid_t pid, const std::string& name) {
  const std::string text = base::read_file("/proc/" + std::to_string(pid) + "/status");
  for (const std::string_view line : base::split(text, '\n')) {
    if (line.starts_with(name + ":")) return std::string(base::trim(line.substr(name.size() + 1)));
  }
  return "no " + name;
}

std::vector<int> open_descriptors(const std::string& pid) {
  std::vector<int> out;
  for (const auto& entry : fs::directory_iterator("/proc/" + pid + "/fd")) {
    out.push_back(std::stoi(entry.path().filename()));
  }
  std::sort(out.begin(), out.end());
  return out;
}

base::Deadline soon() { return base::Deadline::in(std::chrono::seconds(30)); }

/// Whether this process has no child at all, living or dead.
bool childless() { return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

class Librefrun : public testing::Test {
 protected:
  static void SetUpTestSuite() { hostile_ = std::make_unique<HostileCaller>("/usr"); }
  static void TearDownTestSuite() { hostile_.reset(); }
  void SetUp() override { ASSERT_EQ(::geteuid(), 0U) << "containers without a user namespace need root"; }

  Bundle bundle_;
  static std::unique_ptr<HostileCaller> hostile_;
};
std::unique_ptr<HostileCaller> Librefrun::hostile_;

TEST_F(Librefrun, InitIsTheCallersChildAndHasNothingOfIt) {
  Container box = bundle_.creation().as_sibling().create();
  const Guard guard(box);
  const pid_t init = box.state().pid;

  EXPECT_EQ(status_of(init, "PPid"), std::to_string(::getpid()));
  EXPECT_EQ(::getsid(init), init);
  EXPECT_EQ(::getpgid(init), init);
  for (const char* set : {"SigBlk", "SigIgn", "SigCgt", "SigPnd", "ShdPnd"}) {
    EXPECT_EQ(status_of(init, set), "0000000000000000") << set;
  }
  EXPECT_EQ(HostileCaller::forks(), 0);
}

TEST_F(Librefrun, ThePayloadHasOnlyTheStandardStreams) {
  Container box = bundle_.creation().as_sibling().create();
  const Guard guard(box);

  box.start();

  const pid_t init = box.state().pid;
  EXPECT_THAT(open_descriptors(std::to_string(init)), ElementsAre(0, 1, 2));
  for (const char* set : {"SigBlk", "SigIgn", "SigCgt"}) EXPECT_EQ(status_of(init, set), "0000000000000000") << set;
  EXPECT_EQ(box.state().status, "running");
}

TEST_F(Librefrun, ThePayloadHasWhatWasPassed) {
  base::FdPair pipe = base::make_pipe();
  const base::UniqueFd null = base::open_file("/dev/null", O_RDWR);
  bundle_.program({"/probe", "true"});
  Container box =
      bundle_.creation().as_sibling().streams(null.get(), pipe.second.get(), null.get()).pass(null.get()).create();
  const Guard guard(box);
  pipe.second.reset();

  box.start();

  ASSERT_TRUE(box.wait(soon()));
  EXPECT_THAT(base::read_all(pipe.first.get()), HasSubstr("\"true\""));
}

TEST_F(Librefrun, APassedDescriptorIsTheThird) {
  const base::UniqueFd null = base::open_file("/dev/null", O_RDWR);
  Container box = bundle_.creation().as_sibling().pass(null.get()).create();
  const Guard guard(box);

  box.start();

  EXPECT_THAT(open_descriptors(std::to_string(box.state().pid)), ElementsAre(0, 1, 2, 3));
}

TEST_F(Librefrun, TheCallerGetsTheExitStatus) {
  bundle_.program({"/probe", "exit", "42"});
  Container box = bundle_.creation().as_sibling().create();
  const Guard guard(box);

  box.start();
  const auto exit = box.wait(soon());

  ASSERT_TRUE(exit);
  EXPECT_FALSE(exit->by_signal);
  EXPECT_EQ(exit->code, 42);
  EXPECT_EQ(box.state().status, "stopped");
  box.remove();
  EXPECT_TRUE(childless());
  EXPECT_GT(HostileCaller::children_ended(), 0);
}

TEST_F(Librefrun, TheCallerGetsTheSignal) {
  Container box = bundle_.creation().as_sibling().create();
  const Guard guard(box);
  box.start();

  EXPECT_FALSE(box.wait(base::Deadline::in(std::chrono::milliseconds(1))));
  box.kill(SIGKILL);
  const auto exit = box.wait(soon());

  ASSERT_TRUE(exit);
  EXPECT_TRUE(exit->by_signal);
  EXPECT_EQ(exit->code, SIGKILL);
}

TEST_F(Librefrun, AThousandCreatesLeaveNothing) {
  constexpr int kThreads = 4;
  constexpr int kEach = 250;
  const auto before = open_descriptors("self");

  const auto create_and_remove = [this](const std::string& id) {
    Container box = bundle_.creation(id).as_sibling().create();
    box.remove_by_force();
    const auto exit = box.wait(soon());
    EXPECT_TRUE(exit && exit->by_signal);
  };

  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([this, &create_and_remove, thread] {
      for (int i = 0; i < kEach; ++i) ASSERT_NO_THROW(create_and_remove(bundle_.id() + std::to_string(thread)));
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_TRUE(childless());
  EXPECT_THAT(open_descriptors("self"), testing::ContainerEq(before));
  EXPECT_TRUE(fs::is_empty(bundle_.path() / "state"));
  EXPECT_EQ(HostileCaller::forks(), 0);
}

TEST_F(Librefrun, WithoutAsSiblingInitIsNoChild) {
  Container box = bundle_.creation().create();
  const Guard guard(box);

  EXPECT_NE(status_of(box.state().pid, "PPid"), std::to_string(::getpid()));
  box.kill(SIGKILL);
  EXPECT_THROW({ [[maybe_unused]] const auto exit = box.wait(soon()); }, Error);
}

TEST_F(Librefrun, ARefusedBundleIsAnErrorWithRefrunsWords) {
  base::write_file(bundle_.path() / "config.json", "{}");

  try {
    [[maybe_unused]] const Container box = bundle_.creation().as_sibling().create();
    FAIL() << "an empty config.json was accepted";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/ociVersion"));
  }
  EXPECT_TRUE(childless());
}

TEST_F(Librefrun, ACreateThatFailsAfterTheCloneLeavesNoChild) {
  bundle_.failing_hook();

  EXPECT_THROW({ [[maybe_unused]] const Container box = bundle_.creation().as_sibling().create(); }, Error);

  EXPECT_TRUE(childless());
  EXPECT_TRUE(fs::is_empty(bundle_.path() / "state"));
}

TEST_F(Librefrun, AProgramThatIsNotThereIsASystemError) {
  Runtime runtime = bundle_.runtime();
  runtime.program = "/nonexistent/refrun";

  try {
    [[maybe_unused]] const Container box = Creation(runtime, bundle_.id(), bundle_.path()).create();
    FAIL() << "ran what is not there";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ENOENT);
  }
  EXPECT_TRUE(childless());
}

TEST_F(Librefrun, TheFirstProcessOfAPidNamespaceCannotGiveInitAway) {
  std::string said;
  // unshare(2) is about the calling thread's children alone.
  std::thread([&] {
    ASSERT_EQ(::unshare(CLONE_NEWPID), 0);
    try {
      [[maybe_unused]] const Container box = bundle_.creation().as_sibling().create();
    } catch (const Error& error) {
      said = error.what();
    }
  }).join();

  EXPECT_THAT(said, HasSubstr("PID namespace"));
  EXPECT_TRUE(childless());
}

/// SIGCHLD has another disposition until this goes.
class ChildSignal {
 public:
  ChildSignal(void (*handler)(int), int flags) {
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    ::sigaction(SIGCHLD, &action, &before_);
  }
  ChildSignal(const ChildSignal&) = delete;
  ChildSignal& operator=(const ChildSignal&) = delete;
  ~ChildSignal() { ::sigaction(SIGCHLD, &before_, nullptr); }

 private:
  struct sigaction before_ {};
};

void reap_everything(int) {
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
}

TEST_F(Librefrun, ACallerThatIgnoresItsChildrenCannotHaveSiblings) {
  {
    const ChildSignal ignored(SIG_IGN, 0);
    EXPECT_THROW({ [[maybe_unused]] const Container box = bundle_.creation().as_sibling().create(); }, Error);
  }
  const ChildSignal not_kept(SIG_DFL, SA_NOCLDWAIT);
  EXPECT_THROW({ [[maybe_unused]] const Container box = bundle_.creation().as_sibling().create(); }, Error);
}

TEST_F(Librefrun, ACallerThatIgnoresItsChildrenCanHaveOthers) {
  const ChildSignal ignored(SIG_IGN, 0);
  Container box = bundle_.creation().create();
  const Guard guard(box);

  EXPECT_EQ(box.state().status, "created");
}

TEST_F(Librefrun, ACallerThatReapsEverythingLosesOnlyTheExitStatus) {
  const ChildSignal reaping(reap_everything, 0);
  Container box = bundle_.creation().as_sibling().create();
  const Guard guard(box);
  box.start();
  EXPECT_EQ(box.state().status, "running");

  box.kill(SIGKILL);

  EXPECT_THROW({ [[maybe_unused]] const auto exit = box.wait(soon()); }, Error);
}

TEST_F(Librefrun, WhatWasNotCreatedHereCannotBeWaitedFor) {
  Container box = bundle_.creation().as_sibling().create();
  const Guard guard(box);
  Container same(bundle_.runtime(), bundle_.id());

  EXPECT_EQ(same.state().status, "created");
  EXPECT_THROW({ [[maybe_unused]] const auto exit = same.wait(soon()); }, Error);
}

}  // namespace
}  // namespace librefrun
