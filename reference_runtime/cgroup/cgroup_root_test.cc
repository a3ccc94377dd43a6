// These make real cgroups, on three layouts: the host's own, and in a mount namespace of the test's v1 alone and v2
// alone. The environment's LAYOUT says which; without it, the host's.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <thread>

#include "base/file.h"
#include "base/scope_exit.h"
#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/cgroup/control_file.h"
#include "reference_runtime/cgroup/mounts.h"
#include "reference_runtime/cgroup/test_processes.h"

namespace refrun {
namespace {

using namespace std::chrono_literals;
using base::Deadline;
using testing::ElementsAre;
using testing::IsEmpty;

std::string_view layout() {
  const char* named = std::getenv("LAYOUT");
  const std::string_view layout = named == nullptr ? "host" : named;
  if (layout != "host" && layout != "v1" && layout != "v2") throw std::invalid_argument("LAYOUT is host, v1 or v2");
  return layout;
}

/// Gives this process the layout to test, in a mount namespace of its own. False where that cannot be had.
bool prepare_layout() {
  if (layout() == "host") return true;
  if (::unshare(CLONE_NEWNS) != 0 || ::mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return false;
  if (layout() == "v2")
    return ::umount2("/sys/fs/cgroup", MNT_DETACH) == 0 &&
           ::mount("none", "/sys/fs/cgroup", "cgroup2", 0, nullptr) == 0;
  const CgroupMounts mounts = read_cgroup_mounts();
  return mounts.mode() == CgroupMode::v1 ||
         (mounts.mode() == CgroupMode::hybrid && ::umount2(mounts.unified.c_str(), MNT_DETACH) == 0);
}

class CgroupRoot : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    prepared_ = ::geteuid() == 0 && prepare_layout() && cgroup_mode() != CgroupMode::none;
  }

  void SetUp() override {
    if (!prepared_) GTEST_SKIP() << "needs root, and the cgroup layout " << layout();
  }

  /// A request for a cgroup of this test's own.
  static CgroupRequest request(const std::string& name = "a") {
    return {.id = "test-" + std::to_string(::getpid()) + "-" + name};
  }
  static bool has_legacy() { return cgroup_mode() != CgroupMode::v2; }

 private:
  static inline bool prepared_ = false;
};

/// Removes the cgroup with all that is in it, also when the test fails half way.
class Scoped {
 public:
  explicit Scoped(const CgroupRequest& request) : cgroup(Cgroup::create(request)) {}
  ~Scoped() {
    try {
      cgroup.kill_all(Deadline::in(30s));
      EXPECT_TRUE(cgroup.wait_empty(Deadline::in(30s)));
      cgroup.remove(Deadline::in(30s));
      EXPECT_TRUE(cgroup.is_gone());
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }
  Cgroup cgroup;
};

TEST_F(CgroupRoot, IsMadeInEveryHierarchyAndRemoved) {
  Cgroup cgroup = Cgroup::create(request());

  EXPECT_FALSE(cgroup.place().directories().empty());
  for (const std::string& directory : cgroup.place().directories())
    EXPECT_EQ(::access(directory.c_str(), F_OK), 0) << directory;
  EXPECT_FALSE(cgroup.is_gone());

  cgroup.remove(Deadline::in(30s));

  EXPECT_TRUE(cgroup.is_gone());
  for (const std::string& directory : cgroup.place().directories())
    EXPECT_NE(::access(directory.c_str(), F_OK), 0) << directory;
}

TEST_F(CgroupRoot, ParentsMadeForItGoWithIt) {
  CgroupRequest deep = request();
  deep.path = "/refrun-test-" + std::to_string(::getpid()) + "/b//c/";
  Cgroup cgroup = Cgroup::create(deep);
  const std::string top = cgroup.place().parents.back();
  EXPECT_EQ(::access(top.c_str(), F_OK), 0);

  cgroup.remove(Deadline::in(30s));

  EXPECT_NE(::access(top.c_str(), F_OK), 0);
}

TEST_F(CgroupRoot, ChildIsMadeIntoEveryHierarchy) {
  Scoped scoped(request());

  const Child child = spawn_into(scoped.cgroup);

  EXPECT_THAT(scoped.cgroup.processes(), ElementsAre(child.pid()));
  EXPECT_TRUE(scoped.cgroup.is_populated());
  for (const std::string& directory : scoped.cgroup.place().directories())
    EXPECT_EQ(read_control(directory, "cgroup.procs"), std::to_string(child.pid())) << directory;
}

TEST_F(CgroupRoot, IsMadeInTwoHalves) {
  const CgroupRequest wanted = request();
  Cgroup cgroup = Cgroup::begin(wanted, Cgroup::locate(wanted));
  const auto target = cgroup.clone_target();
  EXPECT_EQ(target.has_value(), !cgroup.place().unified.empty());

  cgroup.complete(wanted);

  for (const std::string& directory : cgroup.place().directories())
    EXPECT_EQ(::access(directory.c_str(), F_OK), 0) << directory;
  cgroup.remove(Deadline::in(30s));
}

TEST_F(CgroupRoot, AttachMovesAProcessThatExists) {
  Scoped scoped(request());
  const Child child = spawn_outside();

  scoped.cgroup.attach(child.pid());

  for (const std::string& directory : scoped.cgroup.place().directories())
    EXPECT_EQ(read_control(directory, "cgroup.procs"), std::to_string(child.pid())) << directory;
}

TEST_F(CgroupRoot, KillEndsEveryMemberAndNobodyElse) {
  Scoped scoped(request("a"));
  Scoped other(request("b"));
  const Child bystander = spawn_into(other.cgroup);
  const Child outsider = spawn_outside();
  std::vector<Child> members;
  for (int i = 0; i < 20; ++i) members.push_back(spawn_into(scoped.cgroup));

  scoped.cgroup.kill_all(Deadline::in(30s));

  EXPECT_TRUE(scoped.cgroup.wait_empty(Deadline::in(30s)));
  for (const Child& member : members) EXPECT_TRUE(member.ends(Deadline::in(30s)));
  EXPECT_FALSE(bystander.ends(Deadline::in(10ms)));
  EXPECT_FALSE(outsider.ends(Deadline::in(0s)));
}

TEST_F(CgroupRoot, KillEndsAForkBomb) {
  Scoped scoped(request());
  const Child bomb = spawn_into(scoped.cgroup, [] {
    for (int i = 0; i < 4; ++i) ::fork();
    if (::fork() == 0)
      for (;;)
        if (::fork() == 0) ::_exit(0);
  });

  scoped.cgroup.kill_all(Deadline::in(10s));

  EXPECT_TRUE(scoped.cgroup.wait_empty(Deadline::in(10s)));
  EXPECT_THAT(scoped.cgroup.processes(), IsEmpty());
}

TEST_F(CgroupRoot, FreezeStopsAndThawLetsGoOn) {
  Scoped scoped(request());
  const auto pipe = base::make_pipe();
  const Child child = spawn_into(scoped.cgroup, [&] {
    if (::fork() == 0)
      for (;;) (void)!::write(pipe.second.get(), "x", 1);  // fills the pipe, then waits for the reader
  });
  char byte = 0;
  ASSERT_EQ(::read(pipe.first.get(), &byte, 1), 1);

  scoped.cgroup.freeze(Deadline::in(30s));

  EXPECT_TRUE(scoped.cgroup.is_frozen());
  ::fcntl(pipe.first.get(), F_SETFL, O_NONBLOCK);
  std::array<char, 4096> drained{};
  while (::read(pipe.first.get(), drained.data(), drained.size()) > 0) {
  }
  EXPECT_LT(::read(pipe.first.get(), &byte, 1), 0);  // nobody fills it

  scoped.cgroup.thaw(Deadline::in(30s));

  EXPECT_FALSE(scoped.cgroup.is_frozen());
  ::fcntl(pipe.first.get(), F_SETFL, 0);
  EXPECT_EQ(::read(pipe.first.get(), &byte, 1), 1);
}

TEST_F(CgroupRoot, KillEndsTheFrozen) {
  Scoped scoped(request());
  const Child child = spawn_into(scoped.cgroup);
  scoped.cgroup.freeze(Deadline::in(30s));

  scoped.cgroup.kill_all(Deadline::in(30s));

  EXPECT_TRUE(scoped.cgroup.wait_empty(Deadline::in(30s)));
  EXPECT_TRUE(child.ends(Deadline::in(30s)));
}

TEST_F(CgroupRoot, KillEndsWhoIsFrozenByTheLegacyFreezer) {
  Scoped scoped(request());
  const std::string freezer = scoped.cgroup.place().legacy_directory("freezer");
  if (freezer.empty()) GTEST_SKIP() << "needs the v1 freezer";
  const Child child = spawn_into(scoped.cgroup);
  ASSERT_EQ(try_write_control(freezer, "freezer.state", "FROZEN"), 0);
  EXPECT_TRUE(scoped.cgroup.is_frozen());

  scoped.cgroup.kill_all(Deadline::in(30s));

  EXPECT_TRUE(scoped.cgroup.wait_empty(Deadline::in(30s)));
  EXPECT_TRUE(child.ends(Deadline::in(30s)));
}

/// The kernel's kill may miss a fork in flight, so KILL is said again until nobody is left.
TEST_F(CgroupRoot, KillEndsWhoComesAfterItsFirstSignal) {
  Scoped scoped(request());
  const CgroupPlace& place = scoped.cgroup.place();
  if (place.unified.empty() || place.legacy_directory("freezer").empty())
    GTEST_SKIP() << "needs v1's freezer beside v2";
  const std::string elsewhere = place.legacy_directory("freezer") + "-elsewhere";
  ASSERT_EQ(::mkdir(elsewhere.c_str(), 0755), 0);
  const base::ScopeExit remove([&] { EXPECT_EQ(::rmdir(elsewhere.c_str()), 0); });
  const auto say = [&](const char* file, const std::string& text) { return try_write_control(elsewhere, file, text); };
  {
    const Child held = spawn_into(scoped.cgroup);  // frozen by others it cannot die, and the kill cannot end, yet
    ASSERT_EQ(say("cgroup.procs", std::to_string(held.pid())), 0);
    ASSERT_EQ(say("freezer.state", "FROZEN"), 0);
    std::jthread killer([&] { scoped.cgroup.kill_all(Deadline::in(30s)); });
    const base::ScopeExit thaw([&] { say("freezer.state", "THAWED"); });

    for (int late = 0; late < 4; ++late) {
      const Child comer = spawn_outside();
      ASSERT_EQ(try_write_control(place.unified, "cgroup.procs", std::to_string(comer.pid())), 0);
      ASSERT_TRUE(comer.ends(Deadline::in(30s))) << late;
    }
  }
}

TEST_F(CgroupRoot, SignalAllReachesEachMemberOnce) {
  Scoped scoped(request());
  const Child one = spawn_into(scoped.cgroup);
  const Child two = spawn_into(scoped.cgroup);

  EXPECT_EQ(scoped.cgroup.signal_all(SIGTERM), 2);

  EXPECT_TRUE(one.ends(Deadline::in(30s)));
  EXPECT_TRUE(two.ends(Deadline::in(30s)));
}

TEST_F(CgroupRoot, WaitEmptyGivesUpAtItsDeadline) {
  Scoped scoped(request());
  const Child child = spawn_into(scoped.cgroup);

  EXPECT_FALSE(scoped.cgroup.wait_empty(Deadline::in(20ms)));
}

TEST_F(CgroupRoot, RemoveNamesWhoIsStillThere) {
  Scoped scoped(request());
  const Child child = spawn_into(scoped.cgroup);

  try {
    scoped.cgroup.remove(Deadline::in(20ms));
    ADD_FAILURE() << "removed with a process in it";
  } catch (const CgroupError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr(std::to_string(child.pid())));
  }
}

TEST_F(CgroupRoot, NestedOnesAreKilledAndRemovedToo) {
  Cgroup cgroup = Cgroup::create(request());
  const std::string main = cgroup.clone_target() ? cgroup.place().unified : cgroup.place().legacy_directory("freezer");
  ASSERT_EQ(::mkdir((main + "/x").c_str(), 0755), 0);
  ASSERT_EQ(::mkdir((main + "/x/y").c_str(), 0755), 0);
  const Child child = spawn_into(cgroup);
  ASSERT_EQ(try_write_control(main + "/x/y", "cgroup.procs", std::to_string(child.pid())), 0);
  EXPECT_THAT(cgroup.processes(), ElementsAre(child.pid()));

  cgroup.kill_all(Deadline::in(30s));
  EXPECT_TRUE(cgroup.wait_empty(Deadline::in(30s)));
  cgroup.remove(Deadline::in(30s));

  EXPECT_TRUE(cgroup.is_gone());
}

TEST_F(CgroupRoot, OneWithProcessesIsRefused) {
  Scoped scoped(request());
  const Child child = spawn_into(scoped.cgroup);

  EXPECT_THROW(Cgroup::create(request()), CgroupError);
}

TEST_F(CgroupRoot, OneThatIsFrozenIsRefused) {
  Scoped scoped(request());
  scoped.cgroup.freeze(Deadline::in(30s));

  EXPECT_THROW(Cgroup::create(request()), CgroupError);

  scoped.cgroup.thaw(Deadline::in(30s));
}

TEST_F(CgroupRoot, AFailedCreateLeavesNothing) {
  CgroupRequest bad = request();
  bad.resources.emplace();
  bad.resources->rdma.emplace("no-such-device", RdmaLimit{.hca_handles = 1, .hca_objects = std::nullopt});

  EXPECT_THROW(Cgroup::create(bad), CgroupError);

  EXPECT_TRUE(Cgroup::open(Cgroup::locate(bad)).is_gone());
}

TEST_F(CgroupRoot, IsOpenedAgainFromWhatWasWrittenDown) {
  Scoped scoped(request());
  const Child child = spawn_into(scoped.cgroup);

  const Cgroup again = Cgroup::open(cgroup_place_from_json(base::parse_json(to_json(scoped.cgroup.place()).dump())));

  EXPECT_THAT(again.processes(), ElementsAre(child.pid()));
}

TEST_F(CgroupRoot, GoneOnesAreNoErrorToAsk) {
  Cgroup cgroup = Cgroup::open(Cgroup::locate(request("never")));

  EXPECT_TRUE(cgroup.is_gone());
  EXPECT_FALSE(cgroup.is_populated());
  EXPECT_FALSE(cgroup.is_frozen());
  EXPECT_THAT(cgroup.processes(), IsEmpty());
  cgroup.kill_all(Deadline::in(30s));
  EXPECT_TRUE(cgroup.wait_empty(Deadline::in(30s)));
  cgroup.remove(Deadline::in(30s));
}

TEST_F(CgroupRoot, DeviceRulesHoldForMembers) {
  Scoped scoped(request());
  Resources resources;
  resources.devices = {{.allow = false}, {.allow = true, .type = 'c', .major = 1, .minor = 11, .access = "r"}};
  scoped.cgroup.finish(resources);
  const auto pipe = base::make_pipe();

  const Child child = spawn_into(scoped.cgroup, [&] {
    const std::string null_node = "/tmp/refrun-null-" + std::to_string(::getpid());
    const auto can = [&](const char* path, int flags) { return ::open(path, flags | O_CLOEXEC) >= 0 ? 'y' : 'n'; };
    const std::string answer{can("/dev/null", O_RDWR), can("/dev/kmsg", O_RDONLY), can("/dev/kmsg", O_WRONLY),
                             can("/dev/mem", O_RDONLY), ::mknod(null_node.c_str(), S_IFBLK | 0600, 0) == 0 ? 'y' : 'n'};
    (void)!::write(pipe.second.get(), answer.data(), answer.size());
  });

  std::array<char, 5> answer{};
  ASSERT_EQ(::read(pipe.first.get(), answer.data(), answer.size()), 5);
  EXPECT_EQ(std::string(answer.data(), answer.size()), "yynnn");
}

TEST_F(CgroupRoot, DeviceRulesCanBeReplaced) {
  Scoped scoped(request());
  Resources strict;
  strict.devices = {{.allow = false}};
  Resources open;
  open.devices = {{.allow = true}};
  scoped.cgroup.finish(strict);
  scoped.cgroup.update(open);
  const auto pipe = base::make_pipe();

  const Child child = spawn_into(scoped.cgroup, [&] {
    const char answer = ::open("/dev/kmsg", O_RDONLY | O_CLOEXEC) >= 0 ? 'y' : 'n';
    (void)!::write(pipe.second.get(), &answer, 1);
  });

  char answer = '?';
  ASSERT_EQ(::read(pipe.first.get(), &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
}

TEST_F(CgroupRoot, SubCgroupsTakeProcessesToo) {
  Scoped scoped(request());
  for (const std::string& directory : scoped.cgroup.place().directories())
    if (directory.find("cpuset") == std::string::npos) {
      ASSERT_EQ(::mkdir((directory + "/sub").c_str(), 0755), 0) << directory;
    }
  Cgroup sub = scoped.cgroup.below("sub");

  const Child child = spawn_into(sub);

  EXPECT_THAT(sub.processes(), ElementsAre(child.pid()));
  EXPECT_THAT(scoped.cgroup.processes(), ElementsAre(child.pid()));
  EXPECT_THROW((void)scoped.cgroup.below("none"), CgroupError);
}

}  // namespace
}  // namespace refrun
