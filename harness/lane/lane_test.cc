#include "harness/lane/lane.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstring>
#include <tuple>

#include "base/file.h"
#include "base/sanitizer.h"
#include "base/scope_exit.h"
#include "harness/host/need_lsm.h"
#include "harness/lane/cpio.h"
#include "harness/lane/guest_cases.h"
#include "harness/lane/kernel.h"
#include "harness/lane/log_tail.h"
#include "harness/lane/modules.h"
#include "harness/lane/offer.h"
#include "harness/lane/pace.h"
#include "harness/lane/rootless_user.h"
#include "harness/lane/selinux_policy.h"
#include "harness/observe/mountinfo.h"
#include "harness/spawn/command.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::string_view_literals;

class LaneFiles : public testing::Test {
 protected:
  fs::path folder_ = fs::path(testing::TempDir()) / ("lane_test_" + std::to_string(::getpid()));
  void SetUp() override { fs::create_directories(folder_); }
  void TearDown() override { fs::remove_all(folder_); }
  void put(const std::string& name, std::string_view text) {
    fs::create_directories((folder_ / name).parent_path());
    base::write_file(folder_ / name, text);
  }
};

TEST(Lane, NamesGoBothWays) {
  for (const auto& entry : all_lanes()) EXPECT_EQ(lane_from(to_text(entry.lane)), entry.lane);
  EXPECT_EQ(lane_from("v3"), std::nullopt);
}

TEST(Offer, SaysOfEachLaneHowOrWhyNot) {
  const auto offers = lane_offers("/nowhere");
  ASSERT_EQ(offers.size(), all_lanes().size());
  for (std::size_t i = 0; i < offers.size(); ++i) {
    EXPECT_EQ(offers[i].lane, all_lanes()[i].lane);
    EXPECT_TRUE(offers[i].can || !offers[i].text.empty()) << all_lanes()[i].name;
  }
  EXPECT_TRUE(offers[0].can);
}

TEST(GuestCases, AreWhatTheHostCannotAndWhatIsAnotherThingThere) {
  Facts host;
  host.root = true;
  host.cgroup_mode = CgroupMode::hybrid;
  const auto belongs = [&](std::vector<Need> needs, Lane lane, bool rootless = false) {
    return belongs_in_guest(needs, lane, rootless, host);
  };

  EXPECT_FALSE(belongs({}, Lane::v2));
  EXPECT_FALSE(belongs({need::root}, Lane::v2));
  EXPECT_TRUE(belongs({need::root, need::cgroup_v2}, Lane::v2));
  EXPECT_TRUE(belongs({need::root, need::pids_controller}, Lane::v2));
  EXPECT_FALSE(belongs({need::cgroup_v1, need::pids_controller}, Lane::v2));
  EXPECT_FALSE(belongs({need::systemd}, Lane::v2));
  EXPECT_TRUE(belongs({need::systemd}, Lane::v2_systemd));
  EXPECT_TRUE(belongs({need::apparmor}, Lane::v2));
  EXPECT_FALSE(belongs({need::apparmor}, Lane::v2_selinux));
  EXPECT_FALSE(belongs({need::selinux}, Lane::v2));
  EXPECT_TRUE(belongs({need::root, need::selinux}, Lane::v2_selinux));
  EXPECT_TRUE(belongs({need::selinux_policy}, Lane::v2_selinux));
  EXPECT_FALSE(belongs({need::root, need::cgroup_v2}, Lane::v2_selinux)) << "that is what v2 is for";
  EXPECT_TRUE(belongs({need::cgroup_v2}, Lane::v2, /*rootless=*/true));
  EXPECT_FALSE(belongs({need::root, need::cgroup_v2}, Lane::v2, /*rootless=*/true));
}

TEST(Kernel, CacheFolderFollowsTheEnvironment) {
  EXPECT_EQ(cache_folder("/c", "/root"), "/c/runproof");
  EXPECT_EQ(cache_folder("", "/root"), "/root/.cache/runproof");
  EXPECT_EQ(cache_folder("", ""), "/var/cache/runproof");
}

TEST(Kernel, PayloadLiesWhereTheBootProtocolSays) {
  std::string image(4096, 'x');
  image[0x1f1] = 1;  // one setup sector and the boot sector: the protected-mode part starts at 1024
  image.replace(0x202, 4, "HdrS");
  const std::uint32_t offset = 100, length = 7;
  std::memcpy(image.data() + 0x248, &offset, 4);
  std::memcpy(image.data() + 0x24c, &length, 4);
  image.replace(1124, 7, "payload");
  EXPECT_EQ(bzimage_payload(image), "payload");
  EXPECT_THROW(std::ignore = bzimage_payload(std::string_view(image).substr(0, 1126)), std::runtime_error);
  EXPECT_THROW(std::ignore = bzimage_payload("MZ"), std::runtime_error);
}

TEST(Modules, DependsAreReadFromModinfo) {
  EXPECT_THAT(module_depends("license=GPL\0depends=9pnet,fscache\0name=9p\0"sv), ElementsAre("9pnet", "fscache"));
  EXPECT_THAT(module_depends("license=GPL\0depends=\0"sv), ElementsAre());
  EXPECT_THAT(module_depends("no module"), ElementsAre());
}

TEST(Modules, AreLoadedWithoutTheirSignatures) {
  constexpr auto kDescription = "\0\0\2\0\0\0\0\0\0\0\0\3"sv;
  const std::string mark = "~Module signature appended~\n";

  EXPECT_EQ(without_signature("code"
                              "SIG" +
                              std::string(kDescription) + mark),
            "code");
  EXPECT_EQ(without_signature("code"), "code");
  EXPECT_EQ(without_signature(mark), mark);
  EXPECT_EQ(without_signature(std::string(kDescription) + mark), std::string(kDescription) + mark)
      << "longer than the file";
}

TEST_F(LaneFiles, ModulesComeAfterWhatTheyDependOnOnce) {
  put("kernel/fs/9p/9p.ko", "\0depends=9pnet,fscache\0"sv);
  put("kernel/net/9p/9pnet.ko", "\0depends=\0"sv);
  put("kernel/net/9p/9pnet-virtio.ko", "\0depends=9pnet,virtio\0"sv);
  put("modules.builtin", "kernel/fs/fscache/fscache.ko\nkernel/drivers/virtio/virtio.ko\n");
  const auto order = module_load_order(folder_, {"9pnet_virtio", "9p"});
  std::vector<std::string> names;
  for (const auto& file : order) names.push_back(file.filename());
  EXPECT_THAT(names, ElementsAre("9pnet.ko", "9pnet-virtio.ko", "9p.ko"));
  EXPECT_THROW(std::ignore = module_load_order(folder_, {"ext4"}), std::runtime_error);
}

TEST_F(LaneFiles, LogTailGivesWhatIsNew) {
  LogTail tail(folder_ / "log");
  EXPECT_EQ(tail.take(), "");
  put("log", "one\n");
  EXPECT_EQ(tail.take(), "one\n");
  EXPECT_EQ(tail.take(), "");
}

TEST_F(LaneFiles, CpioIsWhatCpioReads) {
  Cpio archive;
  archive.add_folder("a");
  archive.add_file("a/init", "hello", 0755);
  put("archive", archive.finish());
  // busybox is not in every package list; the magic and the padding are what the kernel looks at
  const std::string bytes = base::read_file(folder_ / "archive");
  EXPECT_EQ(bytes.size() % 4, 0U);
  EXPECT_EQ(bytes.substr(0, 6), "070701");
  EXPECT_THAT(bytes, HasSubstr("a/init"));
  EXPECT_THAT(bytes, HasSubstr("hello"));
  EXPECT_THAT(bytes, HasSubstr("TRAILER!!!"));
}

TEST_F(LaneFiles, SelinuxPolicyHasTheKernelsForm) {
  if (!find_program("checkpolicy")) GTEST_SKIP() << "checkpolicy";
  make_selinux_policy(folder_ / "policy");
  const std::string policy = base::read_file(folder_ / "policy");
  EXPECT_THAT(policy, testing::StartsWith("\x8c\xff\x7c\xf9")) << "the magic number of a policy";
  EXPECT_THAT(policy, HasSubstr("container_t"));
}

TEST_F(LaneFiles, SelinuxPolicyThatCannotBeWrittenIsSaid) {
  EXPECT_THROW(make_selinux_policy(folder_ / "no/such/folder/policy"), Unavailable);
}

TEST(Pace, IsMoreThanNothing) { EXPECT_GT(measure_pace().count(), 0); }

/// The numbers of what is mounted below /sys/fs/cgroup; elsewhere other tests mount at the same time.
std::vector<int> mounts_of_cgroups() {
  std::vector<int> ids;
  for (const MountEntry& mount :
       mounts_below(parse_mountinfo(base::read_file("/proc/self/mountinfo")), "/sys/fs/cgroup"))
    ids.push_back(mount.id);
  return ids;
}

TEST(View, ShowsCgroup2AloneAndLeavesTheHostAsItIs) {
  if (::geteuid() != 0) GTEST_SKIP() << "root";
  const std::vector<int> before = mounts_of_cgroups();
  ASSERT_THAT(before, Not(testing::IsEmpty()));
  EXPECT_EXIT(
      {
        enter_v2_view();
        std::exit(fs::exists("/sys/fs/cgroup/cgroup.procs") && !fs::exists("/sys/fs/cgroup/memory") ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
  EXPECT_EQ(mounts_of_cgroups(), before);
}

std::string as_user(const RootlessUser& user, const std::string& script) {
  std::vector<std::string> argv = user.launcher();
  argv.insert(argv.end(), {"sh", "-c", script});
  const Finished finished = run({.argv = argv});
  return finished.out + finished.err;
}

TEST(Rootless, TheUserIsRootInItsNamespaceAndNobodyOnTheHost) {
  if (base::kSanitizerAddsThread) GTEST_SKIP() << "the sanitizer has a thread of its own";
  if (::geteuid() != 0) GTEST_SKIP() << "root";
  const RootlessUser user("");

  EXPECT_EQ(as_user(user, "id -u; id -g"), "0\n0\n");
  EXPECT_THAT(as_user(user, "cat /proc/self/uid_map"), HasSubstr("54321"));
  EXPECT_THAT(as_user(user, "cat /proc/self/gid_map"), HasSubstr("600000      65536"));
  EXPECT_THAT(as_user(user, "touch /etc/runproof-was-here"), HasSubstr("denied"));
  EXPECT_EQ(user.cgroup(), "");
}

TEST(Rootless, TheUserMakesGroupsInItsOwnAlone) {
  if (base::kSanitizerAddsThread) GTEST_SKIP() << "the sanitizer has a thread of its own";
  if (::geteuid() != 0) GTEST_SKIP() << "root";
  const std::string name = "rp-lane-test-" + std::to_string(::getpid());
  EXPECT_EXIT(
      {
        enter_v2_view();
        bool right = false;
        {
          const RootlessUser user(name);
          right = as_user(user, "mkdir /sys/fs/cgroup/" + name + "/box && echo made") == "made\n" &&
                  as_user(user, "mkdir /sys/fs/cgroup/" + name + "-not && echo made").find("made") == std::string::npos;
        }
        std::exit(right && !fs::exists("/sys/fs/cgroup/" + name) ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace runproof
