// The systemd driver against a stand-in that answers on a message bus of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/cgroup/control_file.h"
#include "reference_runtime/cgroup/fake_systemd.h"
#include "reference_runtime/cgroup/mounts.h"
#include "reference_runtime/cgroup/test_processes.h"

namespace refrun {
namespace {

using namespace std::chrono_literals;
using base::Deadline;
using testing::ElementsAre;
using testing::HasSubstr;

class SystemdRoot : public testing::Test {
 protected:
  void SetUp() override {
    const CgroupMounts mounts = read_cgroup_mounts();
    if (::geteuid() != 0 || mounts.unified.empty()) GTEST_SKIP() << "needs root and a unified hierarchy";
    slice_ = mounts.unified + "/refruntest.slice";
    try {
      systemd_ = std::make_unique<FakeSystemd>(mounts.unified);
    } catch (const std::exception& error) {
      GTEST_SKIP() << error.what();
    }
  }
  void TearDown() override { ::rmdir(slice_.c_str()); }

  static CgroupRequest request(const std::string& name) {
    return {.id = "x", .path = "refruntest.slice:box:" + name + "-" + std::to_string(::getpid()), .systemd = true};
  }

  std::string slice_;
  std::unique_ptr<FakeSystemd> systemd_;
};

TEST_F(SystemdRoot, ScopeIsMadeAroundInitAndStopped) {
  CgroupRequest wanted = request("a");
  wanted.resources.emplace();
  wanted.resources->cpu = CpuResources{.shares = 512};
  Cgroup cgroup = Cgroup::begin(wanted, Cgroup::locate(wanted));
  EXPECT_FALSE(cgroup.clone_target().has_value());
  const Child init = spawn_outside();

  cgroup.adopt_init(wanted, init.pid(), Deadline::in(30s));
  cgroup.complete(wanted);

  EXPECT_TRUE(cgroup.clone_target().has_value());
  EXPECT_EQ(read_control(cgroup.place().unified, "cgroup.procs"), std::to_string(init.pid()));
  EXPECT_THAT(cgroup.processes(), ElementsAre(init.pid()));
  cgroup.kill_all(Deadline::in(30s));
  EXPECT_TRUE(cgroup.wait_empty(Deadline::in(30s)));
  cgroup.remove(Deadline::in(30s));
  EXPECT_TRUE(cgroup.is_gone());
  const std::string unit = cgroup.place().scope;
  EXPECT_THAT(systemd_->log(),
              HasSubstr("StartTransientUnit " + unit + " fail Description,Slice,PIDs,Delegate,DefaultDependencies,"));
  EXPECT_THAT(systemd_->log(), HasSubstr("StopUnit " + unit));
}

TEST_F(SystemdRoot, UpdateTellsSystemdToo) {
  const CgroupRequest wanted = request("b");
  Cgroup cgroup = Cgroup::begin(wanted, Cgroup::locate(wanted));
  const Child init = spawn_outside();
  cgroup.adopt_init(wanted, init.pid(), Deadline::in(30s));
  cgroup.complete(wanted);
  Resources resources;
  resources.pids_limit = 50;

  cgroup.update(resources);

  EXPECT_THAT(systemd_->log(), HasSubstr("SetUnitProperties " + cgroup.place().scope));
  cgroup.kill_all(Deadline::in(30s));
  EXPECT_TRUE(cgroup.wait_empty(Deadline::in(30s)));
  cgroup.remove(Deadline::in(30s));
}

TEST_F(SystemdRoot, RefusalsAndFailuresAreSaidInSystemdsWords) {
  const Child init = spawn_outside();
  const auto failure = [&](const CgroupRequest& wanted) -> std::string {
    Cgroup cgroup = Cgroup::begin(wanted, Cgroup::locate(wanted));
    try {
      cgroup.adopt_init(wanted, init.pid(), Deadline::in(30s));
      return "no error";
    } catch (const CgroupError& error) {
      return error.what();
    }
  };

  EXPECT_THAT(failure(request("refused")), HasSubstr("Unit was already loaded"));
  EXPECT_THAT(failure(request("failing")), HasSubstr("\"failed\""));
}

TEST_F(SystemdRoot, CreateAloneIsRefused) { EXPECT_THROW(Cgroup::create(request("c")), CgroupError); }

}  // namespace
}  // namespace refrun
