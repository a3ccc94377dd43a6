#include "harness/run/sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "base/file.h"
#include "base/unique_fd.h"
#include "harness/observe/cgroup.h"
#include "harness/observe/process.h"
#include "harness/observe/testing.h"
#include "harness/run/dead_runs.h"
#include "harness/run/marked.h"
#include "harness/run/run_id.h"
#include "harness/spawn/poll.h"

namespace runproof {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

TEST(Sweep, a_name_bears_a_prefix_only_up_to_a_border) {
  EXPECT_TRUE(bears("rp-1-7", "rp-1-7"));
  EXPECT_TRUE(bears("rp-1-7-2", "rp-1-7"));
  EXPECT_TRUE(bears("rp-1-7.scope", "rp-1-7"));
  EXPECT_FALSE(bears("rp-1-70", "rp-1-7"));
  EXPECT_FALSE(bears("rp-1-", "rp-1-7"));
  EXPECT_TRUE(bears("rp-1-70", "rp-1-"));
}

/// What touches the kernel needs root; here that is all of it.
class SweepAsRoot : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root";
    prctl(PR_SET_CHILD_SUBREAPER, 1);
  }
  const std::string name_ = "rp-sweep_test-" + std::to_string(getpid());
  Traces traces_{.prefix = name_};
};

}  // namespace

/// As GoogleTest prints it.
void PrintTo(const Leftover& leftover, std::ostream* stream) { *stream << leftover.kind << " " << leftover.what; }

namespace {

/// v1: a frozen process has its SIGKILL, and dies of it once it is thawed.
TEST_F(SweepAsRoot, who_has_been_killed_may_take_its_time) {
  const auto freezer = find_hierarchy("freezer");
  if (!freezer || freezer->v2) GTEST_SKIP() << "no freezer of v1";
  const ScratchGroup scratch(*freezer);
  if (!scratch.made()) GTEST_SKIP() << "may not make groups";
  const Forked child([] { pause_for_ever(); });
  scratch.add(child.pid());
  base::write_control(scratch.group.dir / "freezer.state", "FROZEN");
  child.kill();
  std::thread thawer([&] {
    (void)poll_until({}, base::Deadline::in(std::chrono::milliseconds{600}));
    base::write_control(scratch.group.dir / "freezer.state", "THAWED");
  });

  EXPECT_THAT(sweep(traces_, Patience::dying), IsEmpty());

  thawer.join();
}

pid_t hanging_child() {
  const pid_t child = fork();
  if (child == 0) {
    for (;;) pause();
  }
  return child;
}

TEST_F(SweepAsRoot, finds_nothing_where_nothing_is) { EXPECT_THAT(sweep(traces_, Patience::none), IsEmpty()); }

TEST_F(SweepAsRoot, ends_and_reaps_children_and_grandchildren_but_not_the_spared) {
  const pid_t spared = hanging_child();
  const pid_t child = fork();
  if (child == 0) {
    setsid();
    hanging_child();
    for (;;) pause();
  }
  traces_.spared = {spared};
  EXPECT_THAT(sweep(traces_, Patience::dying), Contains(Field(&Leftover::kind, "process")));
  EXPECT_FALSE(proc_stat(child));
  EXPECT_TRUE(proc_stat(spared));
  kill(spared, SIGKILL);
  waitpid(spared, nullptr, 0);
}

TEST_F(SweepAsRoot, what_is_dying_already_is_no_leftover) {
  const pid_t child = hanging_child();
  kill(child, SIGKILL);
  EXPECT_THAT(sweep(traces_, Patience::dying), IsEmpty());
  EXPECT_FALSE(proc_stat(child));
}

TEST_F(SweepAsRoot, removes_cgroups_with_what_is_frozen_in_them) {
  const auto hierarchies = mounted_hierarchies();
  const auto freezer = std::ranges::find_if(hierarchies, [](const Hierarchy& h) { return h.has("freezer") || h.v2; });
  if (freezer == hierarchies.end()) GTEST_SKIP() << "needs a cgroup hierarchy with a freezer";
  const auto group = freezer->mount / name_;
  std::filesystem::create_directories(group / "inner");
  const pid_t child = hanging_child();
  base::write_control(group / "inner" / "cgroup.procs", std::to_string(child));
  base::write_control(group / (freezer->v2 ? "cgroup.freeze" : "freezer.state"), freezer->v2 ? "1" : "FROZEN");

  const auto found = sweep(traces_, Patience::none);

  EXPECT_THAT(found, Contains(Field(&Leftover::kind, "process")));
  EXPECT_THAT(found, Contains(Field(&Leftover::what, group.string())));
  EXPECT_FALSE(std::filesystem::exists(group));
  EXPECT_FALSE(proc_stat(child));
}

TEST_F(SweepAsRoot, unmounts_before_it_removes) {
  const auto directory = std::filesystem::temp_directory_path() / name_;
  const auto outside = std::filesystem::temp_directory_path() / (name_ + "-outside");
  std::filesystem::create_directories(directory / "inner");
  std::filesystem::create_directory(outside);
  base::write_file(outside / "precious", "");
  ASSERT_EQ(mount(outside.c_str(), (directory / "inner").c_str(), nullptr, MS_BIND, nullptr), 0);
  traces_.directories = {directory};

  EXPECT_THAT(sweep(traces_, Patience::none), ElementsAre(Field(&Leftover::kind, "mount")));

  EXPECT_FALSE(std::filesystem::exists(directory));
  EXPECT_TRUE(std::filesystem::exists(outside / "precious"));
  std::filesystem::remove_all(outside);
}

/// The pipe's writing end is closed by a successful exec.
void wait_for_exec(base::FdPair executed) {
  executed.second.reset();
  static_cast<void>(base::read_all(executed.first.get()));
}

class DeadRuns : public SweepAsRoot {
 protected:
  void SetUp() override {
    SweepAsRoot::SetUp();
    std::filesystem::create_directories(base_);
    dead_.start_time -= 1;  // whoever has our pid now, it is not who started then
  }
  void TearDown() override { std::filesystem::remove_all(base_); }
  const std::filesystem::path base_ =
      std::filesystem::temp_directory_path() / ("dead_runs_test-" + std::to_string(getpid()));
  RunId dead_ = this_run();
};

TEST_F(DeadRuns, directories_and_processes_of_the_dead_go_and_those_of_the_living_stay) {
  const auto dead = run_directory(base_, dead_);
  const auto living = run_directory(base_, this_run());
  std::filesystem::create_directories(dead / "1");
  std::filesystem::create_directories(living);
  const base::FdPair input = base::make_pipe();
  base::FdPair executed = base::make_pipe();
  const pid_t child = fork();
  if (child == 0) {
    dup2(input.first.get(), STDIN_FILENO);
    execl("/bin/sh", "sh", "-c", "read x", (dead_.prefix() + "1-0").c_str(), nullptr);
    _exit(1);
  }
  wait_for_exec(std::move(executed));
  EXPECT_THAT(find_dead_runs({base_}, Search::quick, Kept::leave), ElementsAre(dead_));
  ASSERT_THAT(sweep_dead_runs({base_}, Search::thorough, Kept::leave), ElementsAre(Field(&DeadRun::run, dead_)));
  EXPECT_FALSE(std::filesystem::exists(dead));
  EXPECT_TRUE(std::filesystem::exists(living));
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status));
}

TEST_F(DeadRuns, a_mount_that_was_left_for_all_to_see_marks_nobody) {
  const auto directory = run_directory(base_, dead_);
  std::filesystem::create_directories(directory);
  ASSERT_EQ(mount("none", directory.c_str(), "tmpfs", 0, nullptr), 0);

  EXPECT_THAT(marked_processes(dead_.prefix()), IsEmpty());

  ASSERT_EQ(umount(directory.c_str()), 0);
}

/// A process in a mount namespace of its own, in which `directory` is a mount, and `chroot`s there if it is told to.
pid_t in_another_mount_namespace(const std::filesystem::path& directory, bool inside) {
  const base::FdPair ready = base::make_pipe();
  const pid_t child = fork();
  if (child == 0) {
    const char* path = directory.c_str();
    const bool made = unshare(CLONE_NEWNS) == 0 && mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                      mount(path, path, nullptr, MS_BIND, nullptr) == 0 && chdir("/") == 0 &&
                      (!inside || chroot(path) == 0);  // its working directory stays outside, and tells nothing
    if (made && write(ready.second.get(), "", 1) == 1) {
      for (;;) pause();
    }
    _exit(1);
  }
  char byte = 0;
  EXPECT_EQ(read(ready.first.get(), &byte, 1), 1);
  return child;
}

TEST_F(DeadRuns, who_only_took_a_mount_along_is_spared) {
  const auto directory = run_directory(base_, dead_);
  std::filesystem::create_directories(directory);
  const pid_t foreign = in_another_mount_namespace(directory, /*inside=*/false);
  const pid_t ours = in_another_mount_namespace(directory, /*inside=*/true);
  EXPECT_THAT(marked_processes(dead_.prefix()), ElementsAre(ours));
  for (const pid_t pid : {foreign, ours}) {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
}

TEST_F(DeadRuns, who_named_the_dead_run_to_call_us_is_spared) {
  const pid_t child = fork();
  if (child == 0) {  // a shell with the run's name on its command line, and below it one who sweeps
    std::filesystem::current_path(base_);
    const auto inner = base_ / (dead_.prefix() + "here");
    std::filesystem::create_directories(inner);
    std::filesystem::current_path(inner);
    const pid_t sweeper = fork();
    if (sweeper == 0) {
      const auto marked = marked_processes(dead_.prefix());
      _exit(std::ranges::find(marked, getppid()) == marked.end() ? 0 : 1);
    }
    int status = 0;
    waitpid(sweeper, &status, 0);
    _exit(WEXITSTATUS(status));
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(DeadRuns, what_was_kept_on_purpose_stays_until_it_is_asked_for) {
  const auto kept = run_directory(base_, dead_);
  std::filesystem::create_directories(kept);
  mark_kept(kept);
  EXPECT_THAT(find_dead_runs({base_}, Search::quick, Kept::leave), IsEmpty());
  EXPECT_THAT(sweep_dead_runs({base_}, Search::quick, Kept::leave), IsEmpty());
  EXPECT_TRUE(std::filesystem::exists(kept));
  EXPECT_THAT(sweep_dead_runs({base_}, Search::quick, Kept::remove), ElementsAre(Field(&DeadRun::run, dead_)));
  EXPECT_FALSE(std::filesystem::exists(kept));
}

}  // namespace
}  // namespace runproof
