// What needs no cgroup: reading mountinfo, conversions, device rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/cgroup/devices.h"
#include "reference_runtime/cgroup/mounts.h"
#include "reference_runtime/cgroup/scope_annotations.h"
#include "reference_runtime/cgroup/settings_v1.h"
#include "reference_runtime/cgroup/settings_v2.h"
#include "reference_runtime/cgroup/systemd_scope.h"

namespace refrun {

// Found by the tests below; a Setting has no other use for it.
static void PrintTo(const Setting& setting, std::ostream* out) { *out << setting.file << " = " << setting.value; }

namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::Pair;

auto Sets(const std::string& file, const std::string& value) {
  return testing::AllOf(Field(&Setting::file, file), Field(&Setting::value, value));
}

constexpr std::string_view kHybrid =
    "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
    "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd\n"
    "41 31 0:38 / /sys/fs/cgroup/my\\040unified rw,relatime - cgroup2 cgroup2 rw\n"
    "42 31 0:29 / /elsewhere rw,relatime - cgroup cgroup rw,cpu,cpuacct\n";

TEST(CgroupMounts, AreReadFromMountinfo) {
  const CgroupMounts mounts = parse_cgroup_mounts(kHybrid);

  EXPECT_EQ(mounts.mode(), CgroupMode::hybrid);
  EXPECT_EQ(mounts.unified, "/sys/fs/cgroup/my unified");
  EXPECT_THAT(mounts.legacy, testing::UnorderedElementsAre(Pair("cpu", "/sys/fs/cgroup/cpu,cpuacct"),
                                                           Pair("cpuacct", "/sys/fs/cgroup/cpu,cpuacct"),
                                                           Pair("name=systemd", "/sys/fs/cgroup/systemd")));
}

TEST(CgroupMounts, ModeIsByWhatIsMounted) {
  const std::string v1 = "32 31 0:29 / /c/pids rw - cgroup cgroup rw,pids\n";
  const std::string v2 = "32 31 0:29 / /sys/fs/cgroup rw - cgroup2 cgroup rw,nsdelegate\n";
  const std::string named = "33 31 0:30 / /c/systemd rw - cgroup cgroup rw,name=systemd\n";

  EXPECT_EQ(parse_cgroup_mounts("").mode(), CgroupMode::none);
  EXPECT_EQ(parse_cgroup_mounts(v1).mode(), CgroupMode::v1);
  EXPECT_EQ(parse_cgroup_mounts(v2).mode(), CgroupMode::v2);
  EXPECT_EQ(parse_cgroup_mounts(v2 + named).mode(), CgroupMode::v2);
  EXPECT_EQ(parse_cgroup_mounts(v1 + v2).mode(), CgroupMode::hybrid);
}

TEST(CgroupPlace, SurvivesBeingWrittenDown) {
  const CgroupPlace place{
      .mode = CgroupMode::hybrid,
      .path = "/refrun-x",
      .legacy = {{"cpu", "/c/cpu/refrun-x"}, {"cpuacct", "/c/cpu/refrun-x"}, {"pids", "/c/pids/refrun-x"}},
      .unified = "/c/unified/refrun-x",
      .unified_mount = "/c/unified",
      .scope = "x.scope",
      .parents = {"/c/a"}};

  const CgroupPlace again = cgroup_place_from_json(base::parse_json(to_json(place).dump()));

  EXPECT_EQ(to_json(again), to_json(place));
  EXPECT_THAT(again.directories(), ElementsAre("/c/cpu/refrun-x", "/c/pids/refrun-x", "/c/unified/refrun-x"));
  EXPECT_THROW((void)cgroup_place_from_json({{"mode", "v3"}}), base::JsonError);
}

TEST(CgroupPath, IsBelowTheMountPoint) {
  const auto path = [](const char* cgroups_path) { return Cgroup::locate({.id = "box", .path = cgroups_path}).path; };

  EXPECT_EQ(Cgroup::locate({.id = "box"}).path, "/refrun-box");
  EXPECT_EQ(path("/a//b/./c/"), "/a/b/c");
  EXPECT_EQ(path("relative/x"), "/relative/x");
  EXPECT_EQ(path(""), "/refrun-box");
}

TEST(CgroupPath, OutsideAndRootAreRefused) {
  for (const char* path : {"/a/../..", "..", "/", "//"})
    EXPECT_THROW((void)Cgroup::locate({.id = "b", .path = path}), CgroupError) << path;
}

TEST(SettingsV1, UnlimitedMemoryUnlimitsSwapToo) {
  EXPECT_THAT(v1::memory({.limit = -1}),
              ElementsAre(Sets("memory.limit_in_bytes", "-1"), Sets("memory.memsw.limit_in_bytes", "-1")));
  EXPECT_THAT(v1::memory({.limit = 5, .swap = 7}),
              ElementsAre(Sets("memory.limit_in_bytes", "5"), Sets("memory.memsw.limit_in_bytes", "7")));
}

TEST(SettingsV1, EveryMemoryMemberHasItsFile) {
  const MemoryResources all{.reservation = 1,
                            .kernel = 2,
                            .kernel_tcp = 3,
                            .swappiness = 4,
                            .disable_oom_killer = true,
                            .use_hierarchy = true};

  EXPECT_THAT(v1::memory(all),
              ElementsAre(Sets("memory.soft_limit_in_bytes", "1"), Sets("memory.kmem.limit_in_bytes", "2"),
                          Sets("memory.kmem.tcp.limit_in_bytes", "3"), Sets("memory.swappiness", "4"),
                          Sets("memory.use_hierarchy", "1"), Sets("memory.oom_control", "1")));
}

TEST(SettingsV1, CpuAndCpuset) {
  const CpuResources all{.shares = 1,
                         .quota = 2,
                         .burst = 3,
                         .period = 4,
                         .realtime_runtime = 5,
                         .realtime_period = 6,
                         .cpus = "0-1",
                         .mems = "0",
                         .idle = 1};

  EXPECT_THAT(v1::cpu(all),
              ElementsAre(Sets("cpu.shares", "1"), Sets("cpu.cfs_period_us", "4"), Sets("cpu.cfs_quota_us", "2"),
                          Sets("cpu.cfs_burst_us", "3"), Sets("cpu.rt_period_us", "6"), Sets("cpu.rt_runtime_us", "5"),
                          Sets("cpu.idle", "1"), Sets("cpuset.cpus", "0-1"), Sets("cpuset.mems", "0")));
}

const BlockIoResources kBlockIo{.weight = 100,
                                .weight_device = {{.major = 8, .minor = 0, .weight = 10}},
                                .throttle_read_bps = {{.major = 8, .minor = 1, .rate = 5}},
                                .throttle_write_bps = {{.major = 8, .minor = 2, .rate = 6}},
                                .throttle_read_iops = {{.major = 8, .minor = 3, .rate = 7}},
                                .throttle_write_iops = {{.major = 8, .minor = 4, .rate = 0}}};

TEST(SettingsV1, BlockIoByEitherScheduler) {
  EXPECT_THAT(
      v1::block_io(kBlockIo, /*bfq=*/true),
      ElementsAre(Sets("blkio.bfq.weight", "100"), Sets("blkio.bfq.weight_device", "8:0 10"),
                  Sets("blkio.throttle.read_bps_device", "8:1 5"), Sets("blkio.throttle.write_bps_device", "8:2 6"),
                  Sets("blkio.throttle.read_iops_device", "8:3 7"), Sets("blkio.throttle.write_iops_device", "8:4 0")));
  EXPECT_THAT(v1::block_io({.weight = 100}, /*bfq=*/false), ElementsAre(Sets("blkio.weight", "100")));
}

TEST(SettingsV1, TheRest) {
  EXPECT_THAT(v1::pids(0), ElementsAre(Sets("pids.max", "0")));
  EXPECT_THAT(v1::pids(-1), ElementsAre(Sets("pids.max", "max")));
  EXPECT_THAT(v1::hugepages({{.page_size = "2MB", .limit = 4}}),
              ElementsAre(Sets("hugetlb.2MB.limit_in_bytes", "4"), Sets("hugetlb.2MB.rsvd.limit_in_bytes", "4")));
  EXPECT_THAT(v1::network({.class_id = 1, .priorities = {{.name = "eth0", .priority = 5}}}),
              ElementsAre(Sets("net_cls.classid", "1"), Sets("net_prio.ifpriomap", "eth0 5")));
}

TEST(SettingsV2, SharesBecomeWeights) {
  EXPECT_EQ(v2::weight_of_shares(2), 1U);
  EXPECT_EQ(v2::weight_of_shares(1024), 39U);
  EXPECT_EQ(v2::weight_of_shares(262144), 10000U);
  EXPECT_EQ(v2::weight_of_shares(1), 1U);
  EXPECT_EQ(v2::weight_of_shares(UINT64_MAX), 10000U);
  EXPECT_EQ(v2::io_weight_of(10), 1U);
  EXPECT_EQ(v2::io_weight_of(1000), 10000U);
}

TEST(SettingsV2, SwapIsCountedAlone) {
  EXPECT_THAT(v2::memory({.limit = 100, .reservation = 50, .swap = 150}),
              ElementsAre(Sets("memory.swap.max", "50"), Sets("memory.max", "100"), Sets("memory.low", "50")));
  EXPECT_THAT(v2::memory({.limit = 100, .swap = -1}),
              ElementsAre(Sets("memory.swap.max", "max"), Sets("memory.max", "100")));
  EXPECT_THAT(v2::memory({.limit = -1}), ElementsAre(Sets("memory.swap.max", "max"), Sets("memory.max", "max")));
  EXPECT_THAT(v2::memory({.limit = 100}), ElementsAre(Sets("memory.max", "100")));
}

// config-linux.md#unified: where no conversion is possible, an error.
TEST(SettingsV2, WhatHasNoCounterpartIsRefused) {
  EXPECT_THROW(v2::memory({.limit = 100, .swap = 99}), CgroupError);
  EXPECT_THROW(v2::memory({.swap = 99}), CgroupError);
  EXPECT_THROW(v2::memory({.kernel = 1}), CgroupError);
  EXPECT_THROW(v2::memory({.kernel_tcp = 1}), CgroupError);
  EXPECT_THROW(v2::memory({.swappiness = 60}), CgroupError);
  EXPECT_THROW(v2::memory({.disable_oom_killer = true}), CgroupError);
  EXPECT_THROW(v2::cpu({.realtime_runtime = 1}), CgroupError);
  EXPECT_THROW(v2::cpu({.realtime_period = 1}), CgroupError);
  EXPECT_THROW(v2::block_io({.leaf_weight = 10}, /*bfq=*/false), CgroupError);
  EXPECT_THROW(v2::block_io({.weight_device = {{.leaf_weight = 10}}}, /*bfq=*/false), CgroupError);
  EXPECT_THROW(v2::network({.class_id = 1}), CgroupError);
}

TEST(SettingsV2, WhatChangesNothingIsNotRefused) {
  EXPECT_THAT(v2::memory({.kernel = -1, .kernel_tcp = -1, .disable_oom_killer = false, .use_hierarchy = true}),
              IsEmpty());
}

TEST(SettingsV2, QuotaAndPeriodShareAFile) {
  EXPECT_THAT(v2::cpu({.quota = 5, .period = 10}), ElementsAre(Sets("cpu.max", "5 10")));
  EXPECT_THAT(v2::cpu({.quota = 5}), ElementsAre(Sets("cpu.max", "5")));
  EXPECT_THAT(v2::cpu({.quota = -1, .period = 10}), ElementsAre(Sets("cpu.max", "max 10")));
  EXPECT_THAT(v2::cpu({.shares = 1024, .burst = 3, .cpus = "0", .mems = "1", .idle = 1}),
              ElementsAre(Sets("cpu.weight", "39"), Sets("cpu.max.burst", "3"), Sets("cpu.idle", "1"),
                          Sets("cpuset.cpus", "0"), Sets("cpuset.mems", "1")));
}

TEST(SettingsV2, BlockIoByEitherFile) {
  EXPECT_THAT(
      v2::block_io(kBlockIo, /*bfq=*/true),
      ElementsAre(Sets("io.bfq.weight", "default 100"), Sets("io.bfq.weight", "8:0 10"), Sets("io.max", "8:1 rbps=5"),
                  Sets("io.max", "8:2 wbps=6"), Sets("io.max", "8:3 riops=7"), Sets("io.max", "8:4 wiops=max")));
  EXPECT_THAT(v2::block_io({.weight = 10}, /*bfq=*/false), ElementsAre(Sets("io.weight", "default 1")));
}

TEST(SettingsV2, UnifiedFilesAreWrittenLineByLine) {
  EXPECT_THAT(v2::unified({{"io.max", "8:0 rbps=1\n8:16 wbps=2\n"}, {"memory.high", "5"}}),
              ElementsAre(Sets("io.max", "8:0 rbps=1"), Sets("io.max", "8:16 wbps=2"), Sets("memory.high", "5")));
}

TEST(DeviceRules, DefaultsComeBackAfterABlanketDenial) {
  const auto rules = with_default_devices({{.allow = false}, {.allow = false, .type = 'c', .major = 1, .minor = 3}});

  ASSERT_EQ(rules.size(), 11U);
  EXPECT_FALSE(rules.front().allow);
  EXPECT_TRUE(rules.at(1).allow);
  EXPECT_FALSE(rules.back().allow);
  EXPECT_EQ(with_default_devices({{.allow = true}}).size(), 1U);
}

TEST(DeviceRules, AreLinesOnV1) {
  EXPECT_THAT(
      device_lines({{.allow = false, .access = "mwr"},
                    {.allow = true, .type = 'c', .major = 1, .minor = 3, .access = "rw"},
                    {.allow = true, .type = 'b', .access = "m"},
                    {.allow = false, .type = 'a', .major = 7}}),
      ElementsAre(Pair("devices.deny", "a"), Pair("devices.allow", "c 1:3 rw"), Pair("devices.allow", "b *:* m"),
                  Pair("devices.deny", "b 7:* rwm"), Pair("devices.deny", "c 7:* rwm")));
}

TEST(DeviceRules, ProgramEndsWithWhatDecidesAll) {
  const std::vector<DeviceRule> last{{.allow = false}};
  const std::vector<DeviceRule> hidden{{.allow = true, .type = 'c', .major = 1, .minor = 3}, {.allow = false}};

  EXPECT_EQ(device_program(hidden).size(), device_program(last).size());
}

TEST(SystemdScope, IsReadFromThePath) {
  const auto scope = [](std::optional<std::string> path, Privilege privilege = Privilege::full) {
    const SystemdScope read = parse_scope({.id = "x", .path = std::move(path), .privilege = privilege});
    return read.slice + " " + read.unit;
  };

  EXPECT_EQ(scope("machine.slice:libpod:abc"), "machine.slice libpod-abc.scope");
  EXPECT_EQ(scope(":refrun:abc"), "system.slice refrun-abc.scope");
  EXPECT_EQ(scope("a.slice::abc"), "a.slice abc.scope");
  EXPECT_EQ(scope(std::nullopt), "system.slice refrun-x.scope");
  EXPECT_EQ(scope(std::nullopt, Privilege::rootless), "user.slice refrun-x.scope");
  for (const char* path : {"/a/b", "a:b", "a:b:c:d", "a:b:", "a:b:c/d"})
    EXPECT_THROW((void)scope(path), CgroupError) << path;
}

TEST(SystemdScope, SlicesNestByTheirNames) {
  EXPECT_EQ(slice_path("system.slice"), "/system.slice");
  EXPECT_EQ(slice_path("a-b-c.slice"), "/a.slice/a-b.slice/a-b-c.slice");
  EXPECT_EQ(slice_path("-.slice"), "");
  for (const char* slice : {"system", ".slice", "a--b.slice", "-a.slice", "a/b.slice", ""})
    EXPECT_THROW((void)slice_path(slice), CgroupError) << slice;
}

TEST(SystemdScope, LimitsHaveTheirNames) {
  Resources resources;
  resources.memory = MemoryResources{.limit = 100, .swap = 150};
  resources.cpu = CpuResources{.shares = 1024, .quota = 50000, .period = 100000};
  resources.pids_limit = -1;
  const auto names = [&](CgroupMode mode) {
    std::string text;
    for (const UnitProperty& property : scope_properties(resources, mode))
      text += property.name + "=" + std::to_string(std::get<std::uint64_t>(property.value)) + " ";
    return text;
  };

  EXPECT_EQ(names(CgroupMode::v2),
            "MemoryMax=100 MemorySwapMax=50 CPUWeight=39 CPUQuotaPeriodUSec=100000 "
            "CPUQuotaPerSecUSec=500000 TasksMax=18446744073709551615 ");
  EXPECT_EQ(names(CgroupMode::v1),
            "MemoryLimit=100 CPUShares=1024 CPUQuotaPerSecUSec=500000 TasksMax=18446744073709551615 ");
}

TEST(ScopeAnnotations, ValuesAreGVariantText) {
  EXPECT_EQ(parse_unit_value("'it\\'s'"), UnitValue(std::string("it's")));
  EXPECT_EQ(parse_unit_value("\"a b\""), UnitValue(std::string("a b")));
  EXPECT_EQ(parse_unit_value(" true "), UnitValue(true));
  EXPECT_EQ(parse_unit_value("uint64 18446744073709551615"), UnitValue(std::uint64_t{UINT64_MAX}));
  EXPECT_EQ(parse_unit_value("int64 -5"), UnitValue(std::int64_t{-5}));
  EXPECT_EQ(parse_unit_value("uint32 7"), UnitValue(std::uint32_t{7}));
  EXPECT_EQ(parse_unit_value("-3"), UnitValue(std::int32_t{-3}));
  EXPECT_EQ(parse_unit_value("['a', 'b']"), UnitValue(std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(parse_unit_value("[]"), UnitValue(std::vector<std::string>{}));
}

TEST(ScopeAnnotations, OtherTextIsRefused) {
  for (const char* text : {"", "word", "'open", "'a' 'b'", "uint64 -1", "uint64", "byte 1", "['a' 'b']", "['a'", "[a]",
                           "uint32 4294967296", "1 2 3", "'\\"})
    EXPECT_THROW((void)parse_unit_value(text), CgroupError) << text;
}

TEST(ScopeAnnotations, SecondsBecomeMicroseconds) {
  const auto properties = annotated_properties({{"org.systemd.property.TimeoutStopSec", "uint64 5"},
                                                {"org.systemd.property.RuntimeMaxUSec", "uint64 7"},
                                                {"org.systemd.property.", "1"},
                                                {"org.example", "1"}});

  ASSERT_EQ(properties.size(), 2U);
  EXPECT_EQ(properties[0].name, "RuntimeMaxUSec");
  EXPECT_EQ(properties[0].value, UnitValue(std::uint64_t{7}));
  EXPECT_EQ(properties[1].name, "TimeoutStopUSec");
  EXPECT_EQ(properties[1].value, UnitValue(std::uint64_t{5'000'000}));
  EXPECT_THROW((void)annotated_properties({{"org.systemd.property.TimeoutStopSec", "'5'"}}), CgroupError);
}

}  // namespace
}  // namespace refrun
