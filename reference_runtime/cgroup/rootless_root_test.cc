// Cgroups without privilege: a root test, as it takes root to hand something to somebody who has none.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "base/file.h"
#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/cgroup/control_file.h"
#include "reference_runtime/cgroup/hierarchy.h"
#include "reference_runtime/cgroup/mounts.h"
#include "reference_runtime/cgroup/test_processes.h"

namespace refrun {
namespace {

using namespace std::chrono_literals;
using base::Deadline;

constexpr uid_t kNobody = 65534;

/// What `work` answers as nobody, in a process of its own that starts in `cgroup` (of the unified hierarchy), if that
/// is not empty.
std::string as_nobody(const std::string& cgroup, const std::function<std::string()>& work) {
  auto pipe = base::make_pipe();
  const pid_t pid = ::fork();
  if (pid == 0) {
    std::string answer = "no privilege to give up";
    try {
      if (!cgroup.empty() && try_write_control(cgroup, "cgroup.procs", "0") != 0)
        throw std::runtime_error("cannot enter " + cgroup);
      if (::setgroups(0, nullptr) == 0 && ::setresgid(kNobody, kNobody, kNobody) == 0 &&
          ::setresuid(kNobody, kNobody, kNobody) == 0)
        answer = work();
    } catch (const std::exception& error) {
      answer = error.what();
    }
    base::write_all(pipe.second.get(), answer);
    ::_exit(0);
  }
  pipe.second.reset();
  std::string answer = base::read_all(pipe.first.get());
  ::waitpid(pid, nullptr, 0);
  return answer;
}

class RootlessRoot : public testing::Test {
 protected:
  void SetUp() override {
    mounts_ = read_cgroup_mounts();
    if (::geteuid() != 0 || mounts_.unified.empty()) GTEST_SKIP() << "needs root and a unified hierarchy";
    name_ = "/refrun-test-" + std::to_string(::getpid()) + "-given";
    given_ = mounts_.unified + name_;
    ASSERT_EQ(::mkdir(given_.c_str(), 0755), 0);
    ASSERT_EQ(::mkdir((given_ + "/start").c_str(), 0755), 0);
    const Delegation all{.owner = kNobody, .files = {"cgroup.procs", "cgroup.subtree_control", "cgroup.threads"}};
    delegate(given_, all);
    delegate(given_ + "/start", all);
  }
  void TearDown() override {
    ::rmdir((given_ + "/start").c_str());
    if (!given_.empty()) {
      EXPECT_EQ(::rmdir(given_.c_str()), 0);
    }
  }

  [[nodiscard]] CgroupRequest request(const std::optional<std::string>& path) const {
    return {.id = id_, .path = path, .privilege = Privilege::rootless};
  }

  const std::string id_ = "test-" + std::to_string(::getpid());
  CgroupMounts mounts_;
  std::string name_;
  std::string given_;
};

TEST_F(RootlessRoot, WithoutPermissionThereIsNoCgroupAndNoError) {
  const std::string answer = as_nobody("", [&] {
    Cgroup cgroup = Cgroup::create(request(std::nullopt));
    return std::to_string(cgroup.place().directories().size()) + (cgroup.clone_target() ? " target" : " no target") +
           (cgroup.is_gone() ? " gone" : " there");
  });

  EXPECT_EQ(answer, "0 no target gone");
}

TEST_F(RootlessRoot, WithoutPermissionLimitsAreAnError) {
  const std::string answer = as_nobody("", [&] {
    CgroupRequest wanted = request(std::nullopt);
    wanted.resources.emplace();
    wanted.resources->memory = MemoryResources{.limit = 1 << 30};
    (void)Cgroup::create(wanted);
    return std::string("made");
  });

  EXPECT_THAT(answer, testing::HasSubstr("no cgroup hierarchy here has the memory controller"));
}

TEST_F(RootlessRoot, APathThatWasAskedForAndCannotBeMadeIsAnError) {
  const std::string answer = as_nobody("", [&] {
    (void)Cgroup::create(request("/" + id_ + "-of-root"));
    return std::string("made");
  });

  EXPECT_THAT(answer, testing::HasSubstr("no permission to make it in any hierarchy"));
}

TEST_F(RootlessRoot, WhatWasDelegatedIsUsed) {
  const std::string answer = as_nobody(given_ + "/start", [&] {
    Cgroup cgroup = Cgroup::create(request(name_ + "/box"));
    const Child child = spawn_into(cgroup);
    const bool inside = cgroup.processes() == std::vector<pid_t>{child.pid()};
    cgroup.kill_all(Deadline::in(30s));
    const bool empty = cgroup.wait_empty(Deadline::in(30s));
    cgroup.remove(Deadline::in(30s));
    return std::string(inside ? "inside" : "outside") + (empty ? " empty" : " full") +
           (cgroup.is_gone() ? " gone" : " there");
  });

  EXPECT_EQ(answer, "inside empty gone");
}

TEST_F(RootlessRoot, TheDefaultIsBelowTheCallersOwn) {
  const std::string answer = as_nobody(given_ + "/start", [&] { return Cgroup::locate(request(std::nullopt)).path; });

  EXPECT_EQ(answer, name_ + "/start/refrun-" + id_);
}

// config-linux.md#cgroup-ownership: the directory and the listed files, and no others.
TEST_F(RootlessRoot, OnlyWhatIsSafeIsGivenAway) {
  const auto owner = [&](const std::string& file) {
    struct stat status {};
    EXPECT_EQ(::stat((given_ + file).c_str(), &status), 0) << file;
    return status.st_uid;
  };

  EXPECT_EQ(owner(""), kNobody);
  EXPECT_EQ(owner("/cgroup.procs"), kNobody);
  EXPECT_EQ(owner("/cgroup.subtree_control"), kNobody);
  EXPECT_EQ(owner("/cgroup.max.depth"), 0U);
  EXPECT_EQ(owner("/cgroup.freeze"), 0U);
}

}  // namespace
}  // namespace refrun
