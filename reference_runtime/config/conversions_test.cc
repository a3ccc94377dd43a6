#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include "reference_runtime/config/cpu_list.h"
#include "reference_runtime/config/mount_options.h"
#include "reference_runtime/config/version.h"
#include "reference_runtime/config/words.h"

namespace refrun {
namespace {

using testing::ElementsAre;
using testing::Optional;

TEST(MountOptions, FlagsAndDataAreTakenApart) {
  const MountOptions options = parse_mount_options({"nosuid", "noexec", "ro", "mode=755", "size=64k", "relatime"});

  EXPECT_EQ(options.flags, static_cast<unsigned long>(MS_NOSUID | MS_NOEXEC | MS_RDONLY | MS_RELATIME));
  EXPECT_EQ(options.data, "mode=755,size=64k");
  EXPECT_FALSE(options.is_bind());
}

TEST(MountOptions, TheLaterOfTwoOppositesWins) {
  const MountOptions writable = parse_mount_options({"ro", "rw"});
  const MountOptions readonly = parse_mount_options({"rw", "ro"});

  EXPECT_EQ(writable.flags, 0UL);
  EXPECT_EQ(writable.cleared, static_cast<unsigned long>(MS_RDONLY));
  EXPECT_EQ(readonly.flags, static_cast<unsigned long>(MS_RDONLY));
  EXPECT_EQ(readonly.cleared, 0UL);
}

TEST(MountOptions, AccessTimeOptionsReplaceEachOther) {
  EXPECT_EQ(parse_mount_options({"noatime", "strictatime"}).flags, static_cast<unsigned long>(MS_STRICTATIME));
  EXPECT_EQ(parse_mount_options({"strictatime", "relatime"}).flags, static_cast<unsigned long>(MS_RELATIME));
  EXPECT_EQ(parse_mount_options({"noatime", "atime"}).flags, 0UL);
}

TEST(MountOptions, BindsAndPropagationKeepTheirOrder) {
  const MountOptions options = parse_mount_options({"rbind", "rprivate", "shared"});

  EXPECT_TRUE(options.is_bind());
  EXPECT_TRUE(options.is_recursive());
  EXPECT_THAT(options.propagation, ElementsAre(MS_PRIVATE | MS_REC, MS_SHARED));
  EXPECT_FALSE(parse_mount_options({"bind"}).is_recursive());
}

TEST(MountOptions, RecursiveAttributesGoTheirOwnWay) {
  const MountOptions options = parse_mount_options({"rbind", "rro", "rnosuid", "rnoatime", "rdev"});

  EXPECT_EQ(options.recursive_set, std::uint64_t{MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOATIME});
  EXPECT_EQ(options.recursive_clear, std::uint64_t{MOUNT_ATTR__ATIME | MOUNT_ATTR_NODEV});
  EXPECT_EQ(options.flags, static_cast<unsigned long>(MS_BIND | MS_REC));
  EXPECT_EQ(options.data, "");
}

TEST(MountOptions, LaterRecursiveAttributesWin) {
  const MountOptions writable = parse_mount_options({"rro", "rrw"});
  const MountOptions strict = parse_mount_options({"rnoatime", "rstrictatime"});

  EXPECT_EQ(writable.recursive_set, 0U);
  EXPECT_EQ(writable.recursive_clear, std::uint64_t{MOUNT_ATTR_RDONLY});
  EXPECT_EQ(strict.recursive_set, std::uint64_t{MOUNT_ATTR_STRICTATIME});
  EXPECT_EQ(strict.recursive_clear, std::uint64_t{MOUNT_ATTR__ATIME});
}

TEST(MountOptions, IdmapAndCopyUpAreNoDataForTheKernel) {
  const MountOptions options = parse_mount_options({"ridmap", "tmpcopyup", "defaults", "async", "loud"});

  EXPECT_EQ(options.idmap, Idmap::recursive);
  EXPECT_TRUE(options.copy_up);
  EXPECT_EQ(options.data, "");
}

TEST(MountOptions, WhatMount8KeepsToItselfIsNoData) {
  EXPECT_EQ(parse_mount_options({"nofail", "_netdev", "x-systemd.automount", "comment=ours", "mode=755"}).data,
            "mode=755");
}

TEST(MountOptions, NoRelatimeChangesNoOtherAccessTimes) {
  const MountOptions options = parse_mount_options({"rbind", "rnorelatime"});

  EXPECT_EQ(options.recursive_set, 0U);
  EXPECT_EQ(options.recursive_clear, 0U);
}

// config.md#linux-mount-options
TEST(MountOptions, EveryOptionOfTheSpecIsKnown) {
  const std::vector<std::string> table{"async",          "atime",      "bind",         "defaults",    "dev",
                                       "diratime",       "dirsync",    "exec",         "iversion",    "lazytime",
                                       "loud",           "mand",       "noatime",      "nodev",       "nodiratime",
                                       "noexec",         "noiversion", "nolazytime",   "nomand",      "norelatime",
                                       "nostrictatime",  "nosuid",     "nosymfollow",  "private",     "ratime",
                                       "rbind",          "rdev",       "rdiratime",    "relatime",    "remount",
                                       "rexec",          "rnoatime",   "rnodiratime",  "rnoexec",     "rnorelatime",
                                       "rnostrictatime", "rnosuid",    "rnosymfollow", "ro",          "rprivate",
                                       "rrelatime",      "rro",        "rrw",          "rshared",     "rslave",
                                       "rstrictatime",   "rsuid",      "rsymfollow",   "runbindable", "rw",
                                       "shared",         "silent",     "slave",        "strictatime", "suid",
                                       "symfollow",      "sync",       "tmpcopyup",    "unbindable",  "idmap",
                                       "ridmap"};

  for (const std::string& option : table) EXPECT_EQ(parse_mount_options({option}).data, "") << option;
  EXPECT_THAT(known_mount_options(), testing::IsSupersetOf(table));
}

TEST(NumberList, ReadsRangesAndSingles) {
  EXPECT_THAT(parse_number_list("0-3,7"), Optional(ElementsAre(0, 1, 2, 3, 7)));
  EXPECT_THAT(parse_number_list("7,1-2,2"), Optional(ElementsAre(1, 2, 7)));
}

TEST(NumberList, RefusesWhatIsNone) {
  for (const char* text : {"", "a", "1-", "-1", "3-1", "1,,2", "1,", "1 2", "65536", "99999999999", "0x1"})
    EXPECT_EQ(parse_number_list(text), std::nullopt) << text;
}

TEST(Version, ReadsSemanticVersions) {
  const Version version = parse_version("1.2.3-rc.1+build.05").value();

  EXPECT_EQ(version.major, 1U);
  EXPECT_EQ(version.minor, 2U);
  EXPECT_EQ(version.patch, 3U);
  EXPECT_EQ(version.pre_release, "rc.1");
}

TEST(Version, RefusesWhatIsNone) {
  for (const char* text : {"", "1", "1.0", "1.0.0.0", "01.0.0", "1.0.0-", "1.0.0-01", "1.0.0+", "v1.0.0", "1.0.x",
                           "1.0.0-a..b", "1.0.0-a_b", "1.0.-1", " 1.0.0", "99999999999.0.0"})
    EXPECT_EQ(parse_version(text), std::nullopt) << text;
}

TEST(SysctlPath, TakesBothSeparators) {
  EXPECT_EQ(sysctl_path("net.ipv4.ip_forward"), "net/ipv4/ip_forward");
  EXPECT_EQ(sysctl_path("net.ipv4.conf.eth0/1.forwarding"), "net/ipv4/conf/eth0.1/forwarding");
  EXPECT_EQ(sysctl_path("net/ipv4/conf/eth0.1/forwarding"), "net/ipv4/conf/eth0.1/forwarding");
}

TEST(Words, GoBothWays) {
  EXPECT_EQ(kCapabilities.find("CAP_CHECKPOINT_RESTORE"), 40U);
  EXPECT_EQ(kCapabilities.list().size(), 41U);
  EXPECT_EQ(kRlimits.list().size(), 16U);
  EXPECT_EQ(kNamespaceTypes.name(NamespaceType::uts), "uts");
  EXPECT_EQ(kNamespaceTypes.find("UTS"), std::nullopt);
  for (const std::string& type : kNamespaceTypes.list()) EXPECT_EQ(spec_name(*kNamespaceTypes.find(type)), type);
}

}  // namespace
}  // namespace refrun
