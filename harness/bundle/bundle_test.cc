#include "harness/bundle/bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys_error.h"
#include "harness/bundle/cgroup_home.h"
#include "harness/bundle/remove_tree.h"
#include "harness/bundle/tenant.h"
#include "harness/bundle/testing_directory.h"
#include "harness/bundle/testing_inode.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;

TEST(Bundle, HasAProbeLinkedFromTheStage) {
  const TestingDirectory scratch;
  const Stage stage(scratch.path() / "stage");
  const Bundle bundle(stage, "one");

  EXPECT_EQ(bundle.path(), stage.directory() / "one");
  EXPECT_EQ(inode_of(bundle.file("/probe")), inode_of(stage.probe()));
  EXPECT_EQ(::access(bundle.file("probe").c_str(), X_OK), 0);
  EXPECT_TRUE(fs::is_directory(bundle.rootfs() / "proc"));
  EXPECT_TRUE(fs::is_directory(bundle.file("/dev")));
}

uid_t owner_of(const fs::path& path) {
  struct stat info {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
  return info.st_uid;
}

/// What the bundle of a tenant with this group is like, judged in a process of its own: a tenant is for good.
bool bundle_of_tenant(const std::string& cgroup, const Json& wanted_path) {
  const TestingDirectory scratch;
  set_tenant({.uid = 1234, .gid = 1234, .cgroup = cgroup});
  const Stage stage(scratch.path());
  const Bundle bundle(stage, "one");
  bundle.write(Config::minimal({"/probe"}));
  const Json config = base::parse_json(base::read_file(bundle.path() / "config.json"));
  return owner_of(bundle.path()) == 1234 && owner_of(bundle.file("/dev")) == 1234 &&
         config.at("linux").value("cgroupsPath", Json()) == wanted_path;
}

TEST(Bundle, OfATenantIsHisAndNamesHisGroup) {
  if (::geteuid() != 0) GTEST_SKIP() << "root";
  EXPECT_EXIT(std::exit(bundle_of_tenant("/his", "/his/one") ? 0 : 1), testing::ExitedWithCode(0), "");
}

TEST(Bundle, OfATenantWithoutAGroupNamesNone) {
  if (::geteuid() != 0) GTEST_SKIP() << "root";
  EXPECT_EXIT(std::exit(bundle_of_tenant("", Json()) ? 0 : 1), testing::ExitedWithCode(0), "");
}

/// The same where systemd makes the groups.
bool bundle_of_systemd() {
  const TestingDirectory scratch;
  set_cgroup_driver(CgroupDriver::systemd);
  const Stage stage(scratch.path());
  const Bundle bundle(stage, "rp-1-2-3");
  bundle.write(Config::minimal({"/probe"}));
  const Json config = base::parse_json(base::read_file(bundle.path() / "config.json"));
  const bool by_systemd = wants_systemd(bundle.path());
  bundle.write(Config::minimal({"/probe"}).cgroups_path("/elsewhere"));
  const bool absolute = wants_systemd(bundle.path());
  bundle.write(Config::minimal({"/probe"}).cgroups_path("else/where"));
  const bool relative = wants_systemd(bundle.path());
  return config.at("linux").value("cgroupsPath", "") == "system.slice:rp:1-2-3" &&
         own_cgroup("rp-1-2-3") == "/system.slice/rp-1-2-3.scope" && by_systemd && !absolute && !relative;
}

TEST(Bundle, OfSystemdNamesAScopeUnlessThePathIsOneOfAGroup) {
  EXPECT_EXIT(std::exit(bundle_of_systemd() ? 0 : 1), testing::ExitedWithCode(0), "");
}

TEST(Bundle, OfTheRuntimeItselfWantsNoSystemd) {
  const TestingDirectory scratch;
  const Stage stage(scratch.path());
  const Bundle bundle(stage, "rp-1-2-3");
  bundle.write(Config::minimal({"/probe"}));

  EXPECT_EQ(own_cgroup("rp-1-2-3"), "/rp-1-2-3");
  EXPECT_FALSE(wants_systemd(bundle.path()));
}

TEST(Bundle, AnOwnProbeCanBeSpoilt) {
  const TestingDirectory scratch;
  const Stage stage(scratch.path());
  const Bundle bundle(stage, "own", ProbeFile::own);

  EXPECT_NE(inode_of(bundle.file("probe")), inode_of(stage.probe()));
  EXPECT_EQ(base::read_file(bundle.file("probe")), base::read_file(Stage::built_probe()));
}

TEST(Bundle, TheStageIsMadeOnceAndShared) {
  const TestingDirectory scratch;
  const Stage first(scratch.path());
  const ino_t staged = inode_of(first.probe());
  const Stage second(scratch.path());

  EXPECT_EQ(inode_of(second.probe()), staged);
}

TEST(Bundle, TheFastestParentRunsPrograms) {
  const fs::path parent = Stage::fastest_parent();
  struct statvfs info {};

  ASSERT_EQ(::statvfs(parent.c_str(), &info), 0) << parent;
  EXPECT_EQ(info.f_flag & ST_NOEXEC, 0u) << parent;
}

TEST(Bundle, WritesTheConfigWithItsOwnCgroup) {
  const TestingDirectory scratch;
  const Stage stage(scratch.path());
  const Bundle bundle(stage, "rp-1-2-3");

  bundle.write(Config::minimal({"/probe", "true"}));
  EXPECT_EQ(Json::parse(base::read_file(bundle.path() / "config.json"))["/linux/cgroupsPath"_json_pointer],
            "/rp-1-2-3");
  bundle.write(Config::minimal({}).cgroups_path("/elsewhere"));
  EXPECT_EQ(Json::parse(base::read_file(bundle.path() / "config.json"))["/linux/cgroupsPath"_json_pointer],
            "/elsewhere");
  bundle.write(Config::minimal({}).drop("/linux"));
  EXPECT_FALSE(Json::parse(base::read_file(bundle.path() / "config.json")).contains("linux"));
  bundle.write_raw(Config::minimal({}).json().dump() + "}");
  EXPECT_THAT(base::read_file(bundle.path() / "config.json"), testing::HasSubstr("\"cgroupsPath\":\"/rp-1-2-3\""));
  bundle.write_raw("{");
  EXPECT_EQ(base::read_file(bundle.path() / "config.json"), "{");
}

TEST(Bundle, GoesWithItsGuardUnlessKept) {
  const TestingDirectory scratch;
  const Stage stage(scratch.path());
  fs::path gone;
  fs::path kept;
  {
    const Bundle bundle(stage, "gone");
    Bundle other(stage, "kept");
    base::write_file(bundle.file("tmp/file"), "x");
    other.keep();
    gone = bundle.path();
    kept = other.path();
  }

  EXPECT_FALSE(fs::exists(gone));
  EXPECT_TRUE(fs::exists(kept));
}

TEST(Bundle, MovesWithoutLosingWhatItHeld) {
  const TestingDirectory scratch;
  const Stage stage(scratch.path());
  Bundle first(stage, "first");
  Bundle second(stage, "second");
  const fs::path first_path = first.path();

  first = std::move(second);

  EXPECT_FALSE(fs::exists(first_path));
  EXPECT_TRUE(fs::exists(stage.directory() / "second"));
  EXPECT_EQ(first.path(), stage.directory() / "second");
}

TEST(Bundle, ANameThatIsTakenIsAnError) {
  const TestingDirectory scratch;
  const Stage stage(scratch.path());
  const Bundle bundle(stage, "one");

  EXPECT_THROW(Bundle(stage, "one"), base::SysError);
  EXPECT_TRUE(fs::exists(bundle.file("probe"))) << "the first was harmed";
}

TEST(RemoveTree, FollowsNoLinks) {
  const TestingDirectory scratch;
  fs::create_directories(scratch.path() / "precious");
  fs::create_directories(scratch.path() / "tree/deep/er");
  base::write_file(scratch.path() / "precious/file", "x");
  fs::create_directory_symlink(scratch.path() / "precious", scratch.path() / "tree/deep/link");

  EXPECT_TRUE(remove_tree(scratch.path() / "tree"));

  EXPECT_FALSE(fs::exists(scratch.path() / "tree"));
  EXPECT_TRUE(fs::exists(scratch.path() / "precious/file"));
}

TEST(RemoveTree, NeverEntersWhatIsMountedBelow) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to mount";
  const TestingDirectory scratch;
  fs::create_directories(scratch.path() / "precious");
  fs::create_directories(scratch.path() / "tree/mounted");
  base::write_file(scratch.path() / "precious/file", "x");
  const fs::path target = scratch.path() / "tree/mounted";
  ASSERT_EQ(::mount((scratch.path() / "precious").c_str(), target.c_str(), nullptr, MS_BIND, nullptr), 0);

  const bool all = remove_tree(scratch.path() / "tree");
  ::umount2(target.c_str(), MNT_DETACH);

  EXPECT_FALSE(all);
  EXPECT_TRUE(fs::exists(scratch.path() / "precious/file"));
}

TEST(RemoveTree, WhatIsNotThereIsGone) { EXPECT_TRUE(remove_tree("/nonexistent/nothing")); }

}  // namespace
}  // namespace runproof
