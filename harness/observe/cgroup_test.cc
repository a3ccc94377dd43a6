#include "harness/observe/cgroup.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "harness/observe/testing.h"

namespace runproof {
namespace {

using testing::ElementsAre;

TEST(ProcCgroup, ReadsV1AndV2Lines) {
  const auto all = parse_proc_cgroup("12:cpu,cpuacct:/a:b\n3:name=systemd:/\n0::/x/y (deleted)\ngarbage\n");

  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].hierarchy, 12);
  EXPECT_THAT(all[0].controllers, ElementsAre("cpu", "cpuacct"));
  EXPECT_EQ(all[0].path, "/a:b");
  EXPECT_FALSE(all[0].is_v2());
  EXPECT_THAT(all[1].controllers, ElementsAre("name=systemd"));
  EXPECT_TRUE(all[2].is_v2());
  EXPECT_TRUE(all[2].controllers.empty());
  EXPECT_EQ(all[2].path, "/x/y");
}

/// A Cgroup only reads files, so a plain directory will do.
class CgroupFiles : public testing::Test {
 protected:
  CgroupFiles() {
    std::string name = "/tmp/runproof-cgroup-XXXXXX";
    v2.dir = ::mkdtemp(name.data());
    v2.v2 = true;
    v1.dir = v2.dir;
    std::filesystem::create_directories(v2.dir / "child/grandchild");
  }
  CgroupFiles(const CgroupFiles&) = delete;
  CgroupFiles& operator=(const CgroupFiles&) = delete;
  ~CgroupFiles() override { std::filesystem::remove_all(v2.dir); }
  void put(std::string_view file, std::string_view text) const { base::write_file(v2.dir / file, text); }

  Cgroup v1;
  Cgroup v2;
};

TEST_F(CgroupFiles, ReadsEventsAndProcs) {
  put("cgroup.events", "populated 1\nfrozen 0\n");
  put("memory.events", "low 0\noom_kill 3\n");
  put("cgroup.procs", "12\n34\n");
  put("child/cgroup.procs", "56\n12\n");

  EXPECT_TRUE(v2.populated());
  EXPECT_EQ(v2.frozen(), false);
  EXPECT_EQ(v2.events("memory.events").at("oom_kill"), 3);
  EXPECT_THAT(v2.procs(), ElementsAre(12, 34));
  EXPECT_THAT(v2.procs_below(), ElementsAre(12, 34, 56));
  EXPECT_EQ(v2.read("cgroup.events"), "populated 1\nfrozen 0");
  EXPECT_EQ(v2.read("no.such"), std::nullopt);
  EXPECT_TRUE(v2.has("cgroup.events"));
  EXPECT_FALSE(v2.has("no.such"));
}

TEST_F(CgroupFiles, V1CountsMembersBelowAndKnowsItsFreezer) {
  put("cgroup.procs", "");
  EXPECT_FALSE(v1.populated());
  EXPECT_EQ(v1.frozen(), std::nullopt);
  put("child/grandchild/cgroup.procs", "7\n");
  EXPECT_TRUE(v1.populated());
  put("freezer.state", "FREEZING\n");
  EXPECT_EQ(v1.frozen(), false);
  put("freezer.state", "FROZEN\n");
  EXPECT_EQ(v1.frozen(), true);
}

TEST_F(CgroupFiles, ListsTheDeepestFirst) {
  std::vector<std::string> names;
  for (const Cgroup& group : v1.below()) names.push_back(group.dir.filename().string());
  EXPECT_THAT(names, ElementsAre("grandchild", "child"));
}

TEST_F(CgroupFiles, AGoneGroupIsEmpty) {
  const Cgroup gone{.dir = v2.dir / "gone", .v2 = true};
  EXPECT_FALSE(gone.exists());
  EXPECT_FALSE(gone.populated());
  EXPECT_EQ(gone.frozen(), std::nullopt);
  EXPECT_TRUE(gone.procs_below().empty());
  EXPECT_TRUE(gone.below().empty());
}

TEST(Cgroups, OfThisHost) {
  const std::vector<Hierarchy> hierarchies = mounted_hierarchies();
  if (hierarchies.empty()) GTEST_SKIP() << "no cgroups are mounted";

  for (const Cgroup& group : cgroups_of(::getpid()))
    EXPECT_THAT(group.procs(), testing::Contains(::getpid())) << group.dir;
  EXPECT_FALSE(cgroups_at("/").empty());
  EXPECT_TRUE(cgroups_at("/no/such/group").empty());
}

TEST(Cgroups, FindsByPrefixInEveryHierarchy) {
  for (const Hierarchy& hierarchy : mounted_hierarchies()) {
    const ScratchGroup scratch(hierarchy);
    if (!scratch.made()) continue;
    const std::vector<Cgroup> found = find_cgroups("runproof-unit-" + std::to_string(::getpid()));
    ASSERT_EQ(found.size(), 1U) << hierarchy.mount;
    EXPECT_EQ(found[0].dir, scratch.group.dir);
    EXPECT_EQ(found[0].v2, hierarchy.v2);
  }
}

TEST(Cgroups, AMemberIsFoundInItsGroup) {
  const auto hierarchy = find_hierarchy("");
  if (!hierarchy) GTEST_SKIP() << "no cgroup2 mount";
  const ScratchGroup scratch(*hierarchy);
  if (!scratch.made()) GTEST_SKIP() << "may not make groups";
  Forked child([] { pause_for_ever(); });

  EXPECT_FALSE(scratch.group.populated());
  scratch.add(child.pid());
  EXPECT_TRUE(scratch.group.populated());
  EXPECT_THAT(scratch.group.procs(), ElementsAre(child.pid()));
  EXPECT_EQ(unified_cgroup_of(child.pid()).value().dir, scratch.group.dir);
  child.kill();
  child.reap();
}

}  // namespace
}  // namespace runproof
