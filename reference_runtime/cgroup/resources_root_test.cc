// Every v1 resource that this kernel has, written for real and read back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/cgroup/control_file.h"
#include "reference_runtime/cgroup/stats.h"
#include "reference_runtime/cgroup/test_processes.h"

namespace refrun {
namespace {

using namespace std::chrono_literals;
using base::Deadline;

class ResourcesRoot : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    cgroup_.emplace(Cgroup::create({.id = "test-" + std::to_string(::getpid()) + "-r"}));
  }
  void TearDown() override {
    if (!cgroup_) return;
    cgroup_->kill_all(Deadline::in(30s));
    EXPECT_TRUE(cgroup_->wait_empty(Deadline::in(30s)));
    cgroup_->remove(Deadline::in(30s));
  }

  /// What the controller's v1 file says; skips the test where the host has no such thing.
  std::string value(const std::string& controller, const std::string& file) {
    return read_control(cgroup_->place().legacy_directory(controller), file).value_or("?");
  }
  bool has(const std::string& controller, const std::string& file) {
    return control_exists(cgroup_->place().legacy_directory(controller), file);
  }

  std::optional<Cgroup> cgroup_;
};

#define NEEDS(controller, file) \
  if (!has(controller, file)) GTEST_SKIP() << "this host has no " << file

TEST_F(ResourcesRoot, MemoryIsSetAndMovedBothWays) {
  NEEDS("memory", "memory.memsw.limit_in_bytes");
  Resources resources;
  resources.memory = MemoryResources{.limit = 64 << 20, .reservation = 32 << 20, .swap = 96 << 20, .swappiness = 10};
  cgroup_->update(resources);
  EXPECT_EQ(value("memory", "memory.limit_in_bytes"), std::to_string(64 << 20));
  EXPECT_EQ(value("memory", "memory.memsw.limit_in_bytes"), std::to_string(96 << 20));
  EXPECT_EQ(value("memory", "memory.soft_limit_in_bytes"), std::to_string(32 << 20));
  EXPECT_EQ(value("memory", "memory.swappiness"), "10");

  // Above the old limit of both together, which must therefore be raised first.
  resources.memory = MemoryResources{.limit = 200 << 20, .swap = 300 << 20};
  cgroup_->update(resources);
  EXPECT_EQ(value("memory", "memory.limit_in_bytes"), std::to_string(200 << 20));

  // Below the old limit, which must therefore be lowered first.
  resources.memory = MemoryResources{.limit = 50 << 20, .swap = 60 << 20};
  cgroup_->update(resources);
  EXPECT_EQ(value("memory", "memory.memsw.limit_in_bytes"), std::to_string(60 << 20));

  resources.memory = MemoryResources{.limit = -1};
  cgroup_->update(resources);
  EXPECT_EQ(value("memory", "memory.limit_in_bytes"), "9223372036854771712");
}

TEST_F(ResourcesRoot, CpuIsSetAndMovedBothWays) {
  NEEDS("cpu", "cpu.cfs_burst_us");
  Resources resources;
  resources.cpu = CpuResources{.shares = 512, .quota = 50000, .burst = 10000, .period = 100000};
  cgroup_->update(resources);
  EXPECT_EQ(value("cpu", "cpu.shares"), "512");
  EXPECT_EQ(value("cpu", "cpu.cfs_quota_us"), "50000");
  EXPECT_EQ(value("cpu", "cpu.cfs_period_us"), "100000");
  EXPECT_EQ(value("cpu", "cpu.cfs_burst_us"), "10000");

  resources.cpu = CpuResources{.quota = 5000, .burst = 1000, .period = 50000};
  cgroup_->update(resources);
  EXPECT_EQ(value("cpu", "cpu.cfs_burst_us"), "1000");

  resources.cpu = CpuResources{.idle = 1};
  cgroup_->update(resources);
  EXPECT_EQ(value("cpu", "cpu.idle"), "1");
}

TEST_F(ResourcesRoot, CpusetIsInheritedOrSet) {
  NEEDS("cpuset", "cpuset.cpus");
  EXPECT_EQ(value("cpuset", "cpuset.cpus"), read_control("/sys/fs/cgroup/cpuset", "cpuset.cpus"));
  EXPECT_EQ(value("cpuset", "cpuset.mems"), "0");

  Resources resources;
  resources.cpu = CpuResources{.cpus = "0", .mems = "0"};
  cgroup_->update(resources);

  EXPECT_EQ(value("cpuset", "cpuset.cpus"), "0");
}

TEST_F(ResourcesRoot, PidsMayBeZeroForWhoIsInside) {
  NEEDS("pids", "pids.max");
  const Child child = spawn_into(*cgroup_);
  Resources resources;
  resources.pids_limit = 0;

  cgroup_->finish(resources);

  EXPECT_EQ(value("pids", "pids.max"), "0");
  resources.pids_limit = -1;
  cgroup_->update(resources);
  EXPECT_EQ(value("pids", "pids.max"), "max");
}

TEST_F(ResourcesRoot, HugepagesLimitReservationsAndFaults) {
  NEEDS("hugetlb", "hugetlb.2MB.rsvd.limit_in_bytes");
  Resources resources;
  resources.hugepage_limits = {{.page_size = "2MB", .limit = 4 << 20}};

  cgroup_->update(resources);

  EXPECT_EQ(value("hugetlb", "hugetlb.2MB.limit_in_bytes"), std::to_string(4 << 20));
  EXPECT_EQ(value("hugetlb", "hugetlb.2MB.rsvd.limit_in_bytes"), std::to_string(4 << 20));
}

TEST_F(ResourcesRoot, UnknownValuesAreErrorsThatNameThem) {
  NEEDS("hugetlb", "hugetlb.2MB.limit_in_bytes");
  Resources resources;
  resources.hugepage_limits = {{.page_size = "3MB", .limit = 1}};

  try {
    cgroup_->update(resources);
    ADD_FAILURE() << "no such page size, and no error";
  } catch (const CgroupError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("hugetlb.3MB.limit_in_bytes"));
  }
}

TEST_F(ResourcesRoot, UnifiedFilesAreWritten) {
  if (cgroup_->place().unified.empty()) GTEST_SKIP() << "needs a unified hierarchy";
  Resources resources;
  resources.unified = {{"cgroup.max.depth", "3"}};

  cgroup_->update(resources);

  EXPECT_EQ(read_control(cgroup_->place().unified, "cgroup.max.depth"), "3");
  resources.unified = {{"no_such_controller.max", "3"}};
  EXPECT_THROW(cgroup_->update(resources), CgroupError);
}

TEST_F(ResourcesRoot, OwnerIsLeftAloneWhereLegacyIsInUse) {
  if (cgroup_->place().mode == CgroupMode::v2) GTEST_SKIP() << "needs v1";
  CgroupRequest request{.id = "test-" + std::to_string(::getpid()) + "-o"};
  request.delegation = Delegation{.owner = 1000, .files = {"cgroup.procs", "no.such_file"}};

  Cgroup owned = Cgroup::create(request);

  for (const std::string& directory : owned.place().directories()) {
    struct stat status {};
    EXPECT_EQ(::stat(directory.c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, 0U) << directory;
  }
  owned.remove(Deadline::in(30s));
}

TEST_F(ResourcesRoot, StatsCountWhatRuns) {
  const Child child = spawn_into(*cgroup_);

  const base::Json stats = read_stats(cgroup_->place());

  EXPECT_EQ(stats.at("pids").at("current"), 1) << stats.dump(1);
  EXPECT_GT(stats.at("memory").at("usage").at("usage").get<std::uint64_t>(), 0U);
}

}  // namespace
}  // namespace refrun
