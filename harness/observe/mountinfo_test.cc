#include "harness/observe/mountinfo.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/file.h"
#include "base/unique_fd.h"
#include "harness/observe/namespaces.h"
#include "harness/observe/own_mounts.h"
#include "harness/observe/testing.h"

namespace runproof {
namespace {

using testing::ElementsAre;

constexpr std::string_view kText =
    "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro\n"
    "36 22 0:32 /sub\\040dir /mnt/a\\040b rw,nosuid - tmpfs  rw,size=4k\n"
    "37 36 0:33 / /mnt/a\\040b/c ro shared:3 master:2 - bind\\134x none rw\n"
    "38 22 0:34 / /mnt rw unbindable - tmpfs tmpfs rw\n"
    "39 38 0:35 / /mnt rw master:9 propagate_from:4 - tmpfs tmpfs rw\n"
    "40 22 0:4 net:[4026531840] /run/netns/x rw - nsfs nsfs rw\n";

TEST(Mountinfo, ReadsEachField) {
  const std::vector<MountEntry> mounts = parse_mountinfo(kText);

  ASSERT_EQ(mounts.size(), 6U);
  EXPECT_EQ(mounts[0].id, 22);
  EXPECT_EQ(mounts[0].parent, 1);
  EXPECT_EQ(mounts[0].device, "254:1");
  EXPECT_EQ(mounts[0].type, "ext4");
  EXPECT_EQ(mounts[0].source, "/dev/vda1");
  EXPECT_THAT(mounts[0].options, ElementsAre("rw", "relatime"));
  EXPECT_TRUE(mounts[0].has_super("errors=remount-ro"));
  EXPECT_EQ(mounts[1].root, "/sub dir");
  EXPECT_EQ(mounts[1].point, "/mnt/a b");
  EXPECT_EQ(mounts[1].source, "");
  EXPECT_TRUE(mounts[1].has("nosuid"));
  EXPECT_FALSE(mounts[1].has("nosui"));
  EXPECT_EQ(mounts[2].type, "bind\\x");
  EXPECT_EQ(mounts[5].root, "net:[4026531840]");
}

TEST(Mountinfo, NamesPropagation) {
  std::vector<std::string> all;
  for (const MountEntry& mount : parse_mountinfo(kText)) all.push_back(mount.propagation());
  EXPECT_THAT(all, ElementsAre("shared", "private", "shared+slave", "unbindable", "slave", "private"));
}

TEST(Mountinfo, FindsTheTopmostAndWhatIsBelow) {
  const std::vector<MountEntry> mounts = parse_mountinfo(kText);

  EXPECT_EQ(find_mount(mounts, "/mnt")->id, 39);
  EXPECT_EQ(find_mount(mounts, "/mnt/a"), nullptr);
  std::vector<int> ids;
  for (const MountEntry& mount : mounts_below(mounts, "/mnt/")) ids.push_back(mount.id);
  EXPECT_THAT(ids, ElementsAre(39, 38, 37, 36));
  EXPECT_EQ(mounts_below(mounts, "/").size(), 6U) << "everything is below the root";
  EXPECT_TRUE(mounts_below(mounts, "/mn").empty());
}

TEST(Mountinfo, RefusesWhatIsNone) {
  for (const char* text : {"garbage", "1 2 3:4 / / rw", "1 2 3:4 / / rw - ext4 src", "x 2 3:4 / / rw - ext4 src rw",
                           "1 2 3 4 5 6 7 8 9 10 11"})
    EXPECT_THROW((void)parse_mountinfo(text), std::invalid_argument) << text;
  EXPECT_TRUE(parse_mountinfo("").empty());
}

TEST(Mountinfo, ReadsOurOwn) {
  EXPECT_NE(find_mount(mounts_of(::getpid()).value(), "/proc"), nullptr);

  Forked child([] {});
  const pid_t pid = child.pid();
  siginfo_t info = {};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT), 0);
  EXPECT_FALSE(mounts_of(pid)) << "of a zombie";
  EXPECT_FALSE(namespace_of(pid, "mnt"));
  child.reap();
  EXPECT_FALSE(mounts_of(pid));
}

/// A mount namespace of this test's own, with a directory to mount something at.
class OwnMounts : public testing::Test {
 protected:
  void SetUp() override {
    if (::unshare(CLONE_NEWNS) != 0) GTEST_SKIP() << "may not make mount namespaces";
    ASSERT_EQ(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    for (const char* name : {"plain", "with space"}) std::filesystem::create_directory(directory_ / name);
  }
  void TearDown() override {
    while (::umount2((directory_ / "plain").c_str(), MNT_DETACH) == 0) {
    }
    while (::umount2((directory_ / "with space").c_str(), MNT_DETACH) == 0) {
    }
    std::filesystem::remove_all(directory_);
  }
  [[nodiscard]] std::vector<MountEntry> below(const char* name) const {
    const auto path = *name == '\0' ? directory_ : directory_ / name;
    return own_mounts_below({&path, 1});
  }
  [[nodiscard]] bool mount_at(const char* name) const {
    return ::mount("none", (directory_ / name).c_str(), "tmpfs", 0, nullptr) == 0;
  }

  std::string template_ = "/tmp/runproof-mounts-XXXXXX";
  std::filesystem::path directory_ = ::mkdtemp(template_.data());
};

TEST_F(OwnMounts, EveryChangeIsSeen) {
  EXPECT_TRUE(below("").empty());
  ASSERT_TRUE(mount_at("plain"));
  ASSERT_EQ(below("").size(), 1U);
  EXPECT_EQ(below("")[0].point, directory_ / "plain");
  EXPECT_EQ(below("plain").size(), 1U);
  EXPECT_TRUE(below("pla").empty());
  ASSERT_EQ(::umount2((directory_ / "plain").c_str(), MNT_DETACH), 0);
  EXPECT_TRUE(below("").empty());
}

TEST_F(OwnMounts, ANameThatMountinfoWritesOtherwiseIsFound) {
  ASSERT_TRUE(mount_at("with space"));
  EXPECT_EQ(below("with space").size(), 1U);
}

TEST_F(OwnMounts, WhoGoesElsewhereReadsAnew) {
  ASSERT_TRUE(mount_at("plain"));
  ASSERT_EQ(below("").size(), 1U);
  ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
  ASSERT_EQ(::umount2((directory_ / "plain").c_str(), MNT_DETACH), 0);
  EXPECT_TRUE(below("").empty());
}

TEST_F(OwnMounts, AForkedChildClosesNothingOfItsOwn) {
  (void)below("");
  const base::FdPair pipe = base::make_pipe();
  const Forked child([&] {
    for (int fd = 3; fd < 100; ++fd)
      if (fd != pipe.second.get()) ::dup2(STDERR_FILENO, fd);
    const bool none = below("").empty();
    int open = 0;
    for (int fd = 3; fd < 100; ++fd) open += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
    base::write_all(pipe.second.get(), none && open == 97 ? "y" : "n");
  });
  char answer = 0;
  ASSERT_EQ(::read(pipe.first.get(), &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
}

TEST(Namespaces, AreSharedWithAChild) {
  const Forked child([] { pause_for_ever(); });

  EXPECT_EQ(namespaces_of(child.pid()), namespaces_of(::getpid()));
  EXPECT_TRUE(namespace_of(child.pid(), "mnt"));
  EXPECT_FALSE(namespace_of(child.pid(), "no-such"));
  EXPECT_EQ(namespace_at("/proc/self/ns/net"), namespace_of(::getpid(), "net"));
}

TEST(Namespaces, IdMaps) {
  EXPECT_THAT(parse_id_map("         0       1000          1\n         1     100000      65536\n"),
              ElementsAre(IdMapLine{.inside = 0, .outside = 1000, .count = 1},
                          IdMapLine{.inside = 1, .outside = 100000, .count = 65536}));
  EXPECT_THAT(parse_id_map("0 0 4294967295\n"),
              ElementsAre(IdMapLine{.inside = 0, .outside = 0, .count = 4294967295U}));
  EXPECT_FALSE(id_map_of(::getpid(), "uid_map").value().empty());
}

}  // namespace
}  // namespace runproof
