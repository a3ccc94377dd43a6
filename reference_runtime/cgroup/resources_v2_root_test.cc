// Every resource on a pure cgroup v2 host, written for real and read back. Skipped elsewhere: the guest lane has such a
// host.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/cgroup/control_file.h"
#include "reference_runtime/cgroup/hierarchy.h"
#include "reference_runtime/cgroup/stats.h"
#include "reference_runtime/cgroup/test_processes.h"

namespace refrun {
namespace {

using namespace std::chrono_literals;
using base::Deadline;

class ResourcesV2Root : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0 || cgroup_mode() != CgroupMode::v2) GTEST_SKIP() << "needs root and pure cgroup v2";
    if (!has_controller("/sys/fs/cgroup", "memory")) GTEST_SKIP() << "needs v2 controllers";
    cgroup_.emplace(Cgroup::create({.id = "r", .path = "/refrun-test-" + std::to_string(::getpid()) + "/deep/box"}));
  }
  void TearDown() override {
    if (!cgroup_) return;
    cgroup_->kill_all(Deadline::in(30s));
    EXPECT_TRUE(cgroup_->wait_empty(Deadline::in(30s)));
    cgroup_->remove(Deadline::in(30s));
    EXPECT_TRUE(cgroup_->is_gone());
  }

  std::string value(const std::string& file) { return read_control(cgroup_->place().unified, file).value_or("?"); }

  std::optional<Cgroup> cgroup_;
};

TEST_F(ResourcesV2Root, ControllersAreEnabledAllTheWay) {
  for (const char* controller : {"cpu", "memory", "pids", "io"})
    EXPECT_TRUE(has_controller(cgroup_->place().unified, controller)) << controller;
}

TEST_F(ResourcesV2Root, Memory) {
  Resources resources;
  resources.memory = MemoryResources{.limit = 64 << 20, .reservation = 32 << 20, .swap = 64 << 20};
  cgroup_->update(resources);
  EXPECT_EQ(value("memory.max"), std::to_string(64 << 20));
  EXPECT_EQ(value("memory.low"), std::to_string(32 << 20));
  EXPECT_THAT(value("memory.swap.max"), testing::AnyOf("0", "?"));

  resources.memory = MemoryResources{.limit = -1};
  cgroup_->update(resources);
  EXPECT_EQ(value("memory.max"), "max");
}

TEST_F(ResourcesV2Root, MemoryBelowItsUsageIsRefusedWhenAsked) {
  const Child child = spawn_into(*cgroup_);
  Resources resources;
  resources.memory = MemoryResources{.limit = 4096, .check_before_update = true};

  EXPECT_THROW(cgroup_->update(resources), CgroupError);

  EXPECT_EQ(value("memory.max"), "max");
}

TEST_F(ResourcesV2Root, Cpu) {
  Resources resources;
  resources.cpu =
      CpuResources{.shares = 512, .quota = 50000, .burst = 10000, .period = 100000, .cpus = "0", .mems = "0"};
  cgroup_->update(resources);
  EXPECT_EQ(value("cpu.weight"), "20");
  EXPECT_EQ(value("cpu.max"), "50000 100000");
  EXPECT_EQ(value("cpu.max.burst"), "10000");
  EXPECT_EQ(value("cpuset.cpus"), "0");

  // The burst must be lowered before the quota.
  resources.cpu = CpuResources{.quota = 5000, .burst = 1000, .period = 50000};
  cgroup_->update(resources);
  EXPECT_EQ(value("cpu.max"), "5000 50000");

  resources.cpu = CpuResources{.idle = 1};
  cgroup_->update(resources);
  EXPECT_EQ(value("cpu.idle"), "1");
}

TEST_F(ResourcesV2Root, CpusThatAreNotThere) {
  Resources resources;
  resources.cpu = CpuResources{.cpus = "4000-5000"};

  EXPECT_THROW(cgroup_->update(resources), CgroupError);
}

TEST_F(ResourcesV2Root, Pids) {
  const Child child = spawn_into(*cgroup_);
  Resources resources;
  resources.pids_limit = 0;

  cgroup_->finish(resources);

  EXPECT_EQ(value("pids.max"), "0");
}

TEST_F(ResourcesV2Root, Hugepages) {
  if (value("hugetlb.2MB.max") == "?") GTEST_SKIP() << "no huge pages of 2 MB here";
  Resources resources;
  resources.hugepage_limits = {{.page_size = "2MB", .limit = 4 << 20}};

  cgroup_->update(resources);

  EXPECT_EQ(value("hugetlb.2MB.max"), std::to_string(4 << 20));
  EXPECT_EQ(value("hugetlb.2MB.rsvd.max"), std::to_string(4 << 20));
}

TEST_F(ResourcesV2Root, BlockIoWeight) {
  Resources resources;
  resources.block_io = BlockIoResources{.weight = 500};
  if (value("io.weight") == "?" && value("io.bfq.weight") == "?") GTEST_SKIP() << "no io weights here";

  cgroup_->update(resources);

  if (value("io.bfq.weight") != "?") {
    EXPECT_EQ(value("io.bfq.weight"), "default 500");
  } else {
    EXPECT_EQ(value("io.weight"), "default 4950");
  }
}

TEST_F(ResourcesV2Root, UnifiedFiles) {
  Resources resources;
  resources.unified = {{"memory.high", "1073741824"}, {"cgroup.max.depth", "3"}, {"pids.max", "77"}};
  cgroup_->update(resources);
  EXPECT_EQ(value("memory.high"), "1073741824");
  EXPECT_EQ(value("cgroup.max.depth"), "3");
  EXPECT_EQ(value("pids.max"), "77");

  resources.unified = {{"memory.no_such_file", "1"}};
  EXPECT_THROW(cgroup_->update(resources), CgroupError);
  resources.unified = {{"nothing.max", "1"}};
  EXPECT_THROW(cgroup_->update(resources), CgroupError);
}

TEST_F(ResourcesV2Root, WhatHasNoCounterpartIsRefused) {
  Resources resources;
  resources.network = NetworkResources{.class_id = 5, .priorities = {}};

  EXPECT_THROW(cgroup_->update(resources), CgroupError);
}

TEST_F(ResourcesV2Root, OwnerIsChangedWhenAsked) {
  CgroupRequest request{.id = "test-" + std::to_string(::getpid()) + "-o"};
  request.delegation = Delegation{.owner = 1000, .files = {"cgroup.procs", "no.such_file"}};
  Cgroup owned = Cgroup::create(request);

  struct stat status {};
  EXPECT_EQ(::stat((owned.place().unified + "/cgroup.procs").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 1000U);
  EXPECT_EQ(::stat((owned.place().unified + "/memory.max").c_str(), &status), 0);
  EXPECT_EQ(status.st_uid, 0U);
  owned.remove(Deadline::in(30s));
}

TEST_F(ResourcesV2Root, StatsCountWhatRuns) {
  const Child child = spawn_into(*cgroup_);

  const base::Json stats = read_stats(cgroup_->place());

  EXPECT_EQ(stats.at("pids").at("current"), 1) << stats.dump(1);
  EXPECT_GT(stats.at("memory").at("usage").at("usage").get<std::uint64_t>(), 0U);
  EXPECT_TRUE(stats.at("cpu").at("usage").contains("total"));
}

}  // namespace
}  // namespace refrun
