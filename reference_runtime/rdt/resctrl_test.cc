#include "reference_runtime/rdt/resctrl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>

#include "base/file.h"

namespace refrun {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A directory in resctrl's place: it has the files that the kernel would put there, but for a new group's.
class Resctrl : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "resctrl.XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    put("schemata", "    MB:0=100;1=100\n    L3:0=fff;1=fff\n");
  }
  void TearDown() override { fs::remove_all(root_); }

  void put(const std::string& path, const std::string& text) {
    fs::create_directories((fs::path(root_) / path).parent_path());
    base::write_file(fs::path(root_) / path, text);
  }
  [[nodiscard]] std::string text(const std::string& path) const { return base::read_file(fs::path(root_) / path); }
  [[nodiscard]] bool there(const std::string& path) const { return fs::exists(fs::path(root_) / path); }

  RdtGroups make(const IntelRdt& config) {
    RdtGroups groups = plan_rdt_groups(config, root_, "box");
    make_rdt_groups(config, root_, groups);
    return groups;
  }

  /// The kernel's rmdir(2) takes a group with its files.
  void remove(const RdtGroups& groups) {
    for (const std::string& directory : {groups.monitoring, groups.directory}) {
      if (directory.empty() || directory == root_) continue;
      for (const char* file : {"schemata", "tasks"}) fs::remove(fs::path(directory) / file);
    }
    if (!groups.monitoring.empty()) {
      remove_rdt_groups({.directory = "", .own = false, .monitoring = groups.monitoring});
      fs::remove(fs::path(groups.directory) / "mon_groups");
    }
    remove_rdt_groups(groups);
  }

  std::string root_;
};

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

TEST(FindResctrl, is_the_mount_point) {
  EXPECT_EQ(
      find_resctrl("22 27 0:21 / /proc rw - proc proc rw\n40 27 0:50 / /sys/fs/resctrl rw - resctrl resctrl rw\n"),
      "/sys/fs/resctrl");
  EXPECT_EQ(find_resctrl("22 27 0:21 / /resctrl rw - proc resctrl rw\n"), "");
}

TEST_F(Resctrl, without_clos_id_the_group_bears_the_containers_id_and_goes_with_it) {
  const RdtGroups groups = make({.mem_bw_schema = "MB:0=20"});
  EXPECT_EQ(groups.directory, root_ + "/box");
  EXPECT_EQ(text("box/schemata"), "MB:0=20\n");
  join_rdt_groups(groups, 4711);
  EXPECT_EQ(text("box/tasks"), "4711");
  remove(groups);
  EXPECT_FALSE(there("box"));
}

TEST_F(Resctrl, schemas_are_written_in_their_order) {
  make({.clos_id = "gold", .schemata = {"L2:0=f"}, .l3_cache_schema = "L3:0=f\nMB:0=10", .mem_bw_schema = "MB:0=20"});
  EXPECT_EQ(text("gold/schemata"), "L3:0=f\nMB:0=20\nL2:0=f\n");
}

TEST_F(Resctrl, lines_about_memory_stay_in_l3_cache_schema_where_nothing_else_says_it) {
  make({.clos_id = "gold", .l3_cache_schema = "L3:0=f\nMB:0=10"});
  EXPECT_EQ(text("gold/schemata"), "L3:0=f\nMB:0=10\n");
}

TEST_F(Resctrl, without_schemas_no_schemata_file_is_written) {
  make({});
  EXPECT_TRUE(there("box"));
  EXPECT_FALSE(there("box/schemata"));
}

TEST_F(Resctrl, clos_id_alone_needs_a_group) {
  EXPECT_THAT(error_of([&] { make({.clos_id = "gold"}); }), HasSubstr("/linux/intelRdt/closID"));
  EXPECT_FALSE(there("gold"));
  put("gold/schemata", "    L3:0=00f\n");
  EXPECT_EQ(make({.clos_id = "gold"}).directory, root_ + "/gold");
  EXPECT_EQ(text("gold/schemata"), "    L3:0=00f\n");
}

TEST_F(Resctrl, a_group_that_is_there_must_agree) {
  put("gold/schemata", "    MB:0=100;1=100\n    L3:0=00F;1=fff\n");
  const RdtGroups groups = make({.clos_id = "gold", .l3_cache_schema = "L3:0=f"});
  EXPECT_EQ(text("gold/schemata"), "    MB:0=100;1=100\n    L3:0=00F;1=fff\n");
  EXPECT_THAT(error_of([&] { make({.clos_id = "gold", .l3_cache_schema = "L3:1=f"}); }), HasSubstr("other schemata"));
  EXPECT_THAT(error_of([&] { make({.clos_id = "gold", .schemata = {"L2:0=f"}}); }), HasSubstr("other schemata"));
  remove_rdt_groups(groups);
  EXPECT_TRUE(there("gold"));
}

TEST_F(Resctrl, a_group_made_for_clos_id_stays) {
  remove(make({.clos_id = "gold", .mem_bw_schema = "MB:0=20"}));
  EXPECT_TRUE(there("gold"));
}

TEST_F(Resctrl, a_slash_is_the_default_class) {
  const RdtGroups groups = make({.clos_id = "/"});
  join_rdt_groups(groups, 4711);
  EXPECT_EQ(text("tasks"), "4711");
  EXPECT_FALSE(groups.own);
  EXPECT_THAT(error_of([&] { make({.clos_id = "/", .mem_bw_schema = "MB:1=20"}); }), HasSubstr("other schemata"));
}

TEST_F(Resctrl, monitoring_has_a_group_of_its_own) {
  put("gold/schemata", "    L3:0=fff\n");
  fs::create_directory(root_ + "/gold/mon_groups");
  const RdtGroups groups = make({.clos_id = "gold", .enable_monitoring = true});
  join_rdt_groups(groups, 4711);
  EXPECT_EQ(text("gold/mon_groups/box/tasks"), "4711");
  EXPECT_EQ(text("gold/tasks"), "4711");
  fs::remove(root_ + "/gold/mon_groups/box/tasks");
  remove_rdt_groups(groups);
  EXPECT_FALSE(there("gold/mon_groups/box"));
  EXPECT_TRUE(there("gold"));
}

TEST_F(Resctrl, what_fails_is_told_in_the_kernels_words) {
  put("info/last_cmd_status", "mask has non-consecutive 1-bits\n");
  EXPECT_THAT(error_of([&] { make({.clos_id = "gold", .mem_bw_schema = "MB:0=20", .enable_monitoring = true}); }),
              HasSubstr("(mask has non-consecutive 1-bits)"));
}

TEST_F(Resctrl, groups_are_kept_as_json) {
  const RdtGroups groups{
      .directory = "/sys/fs/resctrl/box", .own = true, .monitoring = "/sys/fs/resctrl/box/mon_groups/box"};
  const RdtGroups again = rdt_groups_from_json(to_json(groups));
  EXPECT_EQ(again.directory, groups.directory);
  EXPECT_TRUE(again.own);
  EXPECT_EQ(again.monitoring, groups.monitoring);
}

}  // namespace
}  // namespace refrun
