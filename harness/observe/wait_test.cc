#include "harness/observe/wait.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "harness/observe/pause.h"
#include "harness/observe/process.h"
#include "harness/observe/testing.h"
#include "harness/spawn/poll.h"

namespace runproof {
namespace {

using base::Deadline;
using namespace std::chrono_literals;

void after_a_while() { (void)poll_until({}, Deadline::in(20ms)); }

/// Both kinds of hierarchy: "" is cgroup2.
class CgroupWait : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    const auto hierarchy = find_hierarchy(GetParam());
    if (!hierarchy) GTEST_SKIP() << "no such hierarchy";
    scratch.emplace(*hierarchy);
    if (!scratch->made()) GTEST_SKIP() << "may not make groups";
  }
  void freeze(bool on) const {
    if (scratch->group.v2)
      base::write_control(scratch->group.dir / "cgroup.freeze", on ? "1" : "0");
    else
      base::write_control(scratch->group.dir / "freezer.state", on ? "FROZEN" : "THAWED");
  }
  std::optional<ScratchGroup> scratch;
};

INSTANTIATE_TEST_SUITE_P(Hierarchies, CgroupWait, testing::Values("", "freezer"),
                         [](const auto& one) { return *one.param == 0 ? "v2" : "v1"; });

TEST_P(CgroupWait, SeesTheLastMemberGo) {
  EXPECT_TRUE(await_unpopulated(scratch->group, soon())) << "a new group is empty";
  const Forked child([] { pause_for_ever(); });
  scratch->add(child.pid());
  EXPECT_FALSE(await_unpopulated(scratch->group, soon()));

  child.kill();

  EXPECT_TRUE(await_unpopulated(scratch->group, late())) << "a zombie does not count";
  EXPECT_TRUE(scratch->group.procs().empty());
}

TEST_P(CgroupWait, SeesAMemberGoDuringTheWait) {
  const Forked child([] { pause_for_ever(); });
  scratch->add(child.pid());
  const Forked killer([&] {
    after_a_while();
    child.kill();
  });

  EXPECT_TRUE(await_unpopulated(scratch->group, late()));
}

TEST_P(CgroupWait, SeesFreezingAndThawing) {
  const Forked child([] { pause_for_ever(); });
  scratch->add(child.pid());
  if (scratch->group.v2 && !scratch->group.has("cgroup.freeze")) GTEST_SKIP() << "no cgroup.freeze";
  EXPECT_FALSE(await_frozen(scratch->group, soon()));
  EXPECT_TRUE(await_thawed(scratch->group, soon()));

  freeze(/*on=*/true);
  EXPECT_TRUE(await_frozen(scratch->group, late()));
  EXPECT_FALSE(await_thawed(scratch->group, soon()));

  freeze(/*on=*/false);
  EXPECT_TRUE(await_thawed(scratch->group, late()));
  child.kill();
  EXPECT_TRUE(await_unpopulated(scratch->group, late()));
}

TEST_P(CgroupWait, AGoneGroupIsUnpopulatedAndNotFrozen) {
  const Cgroup gone{.dir = scratch->group.dir / "gone", .v2 = scratch->group.v2};
  EXPECT_TRUE(await_unpopulated(gone, soon()));
  EXPECT_FALSE(await_frozen(gone, soon()));
  EXPECT_FALSE(await_thawed(gone, soon()));
}

TEST_P(CgroupWait, AGroupRemovedDuringTheWaitEndsIt) {
  const auto start = Deadline::Clock::now();
  const Forked remover([&] {
    after_a_while();
    ::rmdir(scratch->group.dir.c_str());
  });

  EXPECT_FALSE(await_frozen(scratch->group, scratch->group.v2 ? late() : Deadline::in(100ms)));
  EXPECT_LT(Deadline::Clock::now() - start, 5s);
}

class AwaitFile : public testing::Test {
 protected:
  AwaitFile() {
    std::string name = "/tmp/runproof-wait-XXXXXX";
    dir = ::mkdtemp(name.data());
    path = dir / "pid";
  }
  AwaitFile(const AwaitFile&) = delete;
  AwaitFile& operator=(const AwaitFile&) = delete;
  ~AwaitFile() override { std::filesystem::remove_all(dir); }
  std::filesystem::path dir;
  std::filesystem::path path;
};

/// It has an inotify(7) descriptor with a watch.
bool watches_a_directory(pid_t pid) {
  const std::vector<OpenFd> fds = fds_of(pid);
  return std::ranges::any_of(fds, [pid](const OpenFd& open) {
    const auto info = base::read_file_if_there(fmt::format("/proc/{}/fdinfo/{}", pid, open.fd));
    return info && info->find("inotify wd:") != std::string::npos;
  });
}

TEST_F(AwaitFile, WaitsForAClosedFile) {
  EXPECT_FALSE(await_file(path, soon()));
  const Forked writer([&] {
    after_a_while();
    base::write_file(dir / "other", "no");
    base::write_file(path, "42");
  });
  ASSERT_TRUE(await_file(path, late()));
  EXPECT_EQ(base::read_file(path), "42");
  EXPECT_TRUE(await_file(path, soon())) << "also when it was there before";
}

TEST_F(AwaitFile, DoesNotTakeOneThatIsStillWritten) {
  const pid_t waiting = ::getpid();
  const Forked writer([&] {
    // Not before the wait is under way: a file that was there before it counts.
    while (!watches_a_directory(waiting) || proc_stat(waiting)->state != 'S') std::this_thread::yield();
    base::UniqueFd fd = base::open_file(path, O_WRONLY | O_CREAT);
    base::write_all(fd.get(), "4");
    after_a_while();
    base::write_file(dir / "closing", "");
    fd.reset();
    pause_for_ever();
  });
  EXPECT_TRUE(await_file(path, late()));
  EXPECT_TRUE(std::filesystem::exists(dir / "closing"));
}

TEST_F(AwaitFile, WaitsForARename) {
  const Forked writer([&] {
    after_a_while();
    base::write_file_atomically(path, "42");
  });
  EXPECT_TRUE(await_file(path, late()));
}

TEST_F(AwaitFile, WaitsForASocket) {
  const Forked listener([&] {
    after_a_while();
    const base::UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) ::_exit(1);
    pause_for_ever();
  });
  EXPECT_TRUE(await_file(path, late()));
}

TEST_F(AwaitFile, CanAskForTheWholeOfIt) {
  base::write_file(path, "4");
  const auto whole = [](std::string_view text) { return text.ends_with('\n'); };
  EXPECT_FALSE(await_file(path, soon(), whole));
  const Forked writer([&] {
    after_a_while();
    base::write_file(path, "42\n");
  });
  EXPECT_TRUE(await_file(path, late(), whole));
}

TEST_F(AwaitFile, NeedsItsDirectory) { EXPECT_THROW((void)await_file(dir / "no" / "pid", soon()), std::system_error); }

TEST(Pause, GrowsAndEnds) {
  Pause pause;
  const auto deadline = Deadline::in(40ms);
  int count = 0;
  while (pause.next(deadline)) ++count;
  EXPECT_GE(count, 1);
  EXPECT_LE(count, 12) << "they grow";
  EXPECT_TRUE(deadline.passed());
}

}  // namespace
}  // namespace runproof
