// config-linux.md: default file systems and devices; runtime-linux.md#dev-symbolic-links.
#include "cases/support/files.h"
#include "cases/support/told.h"
#include "cases/support/usual_mounts.h"
#include "harness/case.h"
#include "harness/observe/mountinfo.h"

namespace runproof {

namespace {

Json rdev(unsigned major, unsigned minor) { return {{"major", major}, {"minor", minor}}; }

struct FileSystem {
  std::string_view name;
  std::string_view point;
  std::string_view type;
};
constexpr FileSystem kFileSystems[] = {{"proc", "/proc", "proc"},
                                       {"sys", "/sys", "sysfs"},
                                       {"dev_pts", "/dev/pts", "devpts"},
                                       {"dev_shm", "/dev/shm", "tmpfs"}};

}  // namespace

CONFORMANCE_CASE_FOR(default, fs, expected, kFileSystems, .clause = "config-linux.md#default-filesystems",
                     .level = should, .claim = "proc, sysfs, devpts and a tmpfs for shm are at their usual places",
                     .needs = {need::root}, .faults = {"make_mounts"}) {
  Serving box = serving(with_usual_mounts(Config::minimal({})));

  const auto mounts = mounts_of(box.pid()).value_or(std::vector<MountEntry>{});
  const MountEntry* found = find_mount(mounts, expected.point);

  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->type, expected.type);
  EXPECT_THAT(stat_of(box, std::string{expected.point}), Field("type", "directory"));
}

namespace {

struct DefaultDevice {
  std::string_view name;
  unsigned major;
  unsigned minor;
};
constexpr DefaultDevice kDefaultDevices[] = {{"null", 1, 3},   {"zero", 1, 5},    {"full", 1, 7},
                                             {"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0}};

}  // namespace

CONFORMANCE_CASE_FOR(default, dev, device, kDefaultDevices, .clause = "config-linux.md#default-devices", .level = must,
                     .claim = "null, zero, full, random, urandom and tty are in /dev, with the usual numbers",
                     .needs = {need::root}, .faults = {"default_devices_missing", "make_devices"}) {
  const std::string path = "/dev/" + std::string{device.name};
  Serving box = serving(with_dev(Config::minimal({})));

  const Json said = stat_of(box, path);

  EXPECT_THAT(said, Field("type", "char"));
  EXPECT_THAT(said, Field("rdev", rdev(device.major, device.minor)));
}

namespace {

struct Use {
  std::string_view name;
  std::string_view path;
  Json answer;
};
const Use kUses[] = {{"null", "/dev/null", {{"written", 4}}}, {"full", "/dev/full", {{"errno", "ENOSPC"}}}};

}  // namespace

CONFORMANCE_CASE_FOR(default, dev_usable, use, kUses, .clause = "config-linux.md#default-devices", .level = must,
                     .claim = "the default devices do what they are for", .needs = {need::root},
                     .faults = {"default_devices_missing"}) {
  Serving box = serving(with_dev(Config::minimal({}).user(1000, 1000)));

  const Json said = box.ask({"write", "--existing", std::string{use.path}, "text"});

  EXPECT_EQ(said.value("written", Json()), use.answer.value("written", Json()));
  EXPECT_EQ(said.value("errno", Json()), use.answer.value("errno", Json()));
}

CONFORMANCE_CASE(default, dev_ptmx, .clause = "config-linux.md#default-devices", .level = must,
                 .claim = "/dev/ptmx is the ptmx of the container's own /dev/pts, by a link or a bind mount",
                 .needs = {need::root}, .faults = {"link_ptmx"}) {
  Serving box = serving(with_dev(Config::minimal({})));

  const Json link = box.ask({"readlink", "/dev/ptmx"}).at("/dev/ptmx");
  const Json node = stat_of(box, "/dev/ptmx");
  const Json own = stat_of(box, "/dev/pts/ptmx");

  EXPECT_TRUE(link == "pts/ptmx" || link == "/dev/pts/ptmx" || node == own) << link << node << own;
  EXPECT_THAT(own, Field("rdev", rdev(5, 2)));
}

namespace {

struct Link {
  std::string_view name;
  std::string_view target;
};
constexpr Link kLinks[] = {{"fd", "/proc/self/fd"},
                           {"stdin", "/proc/self/fd/0"},
                           {"stdout", "/proc/self/fd/1"},
                           {"stderr", "/proc/self/fd/2"}};

}  // namespace

CONFORMANCE_CASE_FOR(default, symlink, link, kLinks, .clause = "runtime-linux.md#dev-symbolic-links", .level = must,
                     .claim = "/dev/fd, stdin, stdout and stderr are links into /proc/self/fd",
                     .faults = {"link_devices"}) {
  const std::string path = "/dev/" + std::string{link.name};

  const Json said = ask(with_dev(Config::minimal({})), {"/probe", "readlink", path});

  EXPECT_EQ(said.at(path), std::string{link.target});
}

CONFORMANCE_CASE(default, symlink_no_proc, .clause = "runtime-linux.md#dev-symbolic-links", .level = must,
                 .claim = "without /proc the links of /dev may be missing, and nothing fails",
                 .faults = {"fail_at:link_devices:ENOENT"}) {
  const Config config = with_dev(Config::minimal({}).drop("/mounts/0"));

  EXPECT_THAT(ask(config, {"/probe", "pid"}), Field("pid", 1));
}

}  // namespace runproof
