// An image full of symbolic links that lead to the host. A runtime may refuse it, or take the links as leading to
// places inside the root; what it may not do is touch the host.

#include "cases/support/attempt.h"
#include "cases/support/canary.h"
#include "cases/support/mounts.h"
#include "harness/case.h"

namespace runproof {

using testing::IsEmpty;

namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kSayTrue = {"/probe", "true"};
const Mount kBelowLink{.destination = "/link/below", .type = "tmpfs", .source = "tmpfs"};

/// A directory of /dev in the image, and what the configuration mounts below it.
struct DevDirectory {
  std::string_view name;
  std::string_view link;
  std::string_view destination;
};
constexpr DevDirectory kDevDirectories[] = {{"dev", "dev", "/dev/below"},
                                            {"pts", "dev/pts", "/dev/pts/below"},
                                            {"shm", "dev/shm", "/dev/shm/below"},
                                            {"mqueue", "dev/mqueue", "/dev/mqueue/below"}};

}  // namespace

CONFORMANCE_CASE(security, mount_destination_link, .clause = "config.md#mounts", .level = hardening,
                 .claim = "a mount destination with a symbolic link in it makes no directory on the host",
                 .needs = {need::root}, .faults = {"resolve_outside_root"}) {
  const Canary canary(scratch() / "canary");
  Bundle& image = bundle(with_mount(kBelowLink));
  plant_link(image.file("link"), canary.path());

  const Attempt made = attempt(container(image), "true");

  EXPECT_THAT(canary.changes(), IsEmpty());
  EXPECT_THAT(made, RefusedOr(NoField("error")));
}

CONFORMANCE_CASE(security, mount_file_link, .clause = "config.md#mounts", .level = hardening,
                 .claim = "a bind of a file to a destination with a symbolic link in it makes no file on the host",
                 .needs = {need::root}, .faults = {"resolve_outside_root"}) {
  const Canary canary(scratch() / "canary");
  Bundle& image = bare_bundle();
  write(image, with_mount({.destination = "/link/below/file",
                           .type = "bind",
                           .source = image.file("probe").string(),
                           .options = {"bind", "ro"}}));
  plant_link(image.file("link"), canary.path());

  const Attempt made = attempt(container(image), "true");

  EXPECT_THAT(canary.changes(), IsEmpty());
  EXPECT_THAT(made, RefusedOr(NoField("error")));
}

CONFORMANCE_CASE(security, mount_relative_link, .clause = "config.md#mounts", .level = hardening,
                 .claim = "a mount destination with a link of many steps upwards makes no directory on the host",
                 .needs = {need::root}, .faults = {"resolve_outside_root"}) {
  const Canary canary(scratch() / "canary");
  Bundle& image = bundle(with_mount(kBelowLink));
  plant_link(image.file("link"), fs::path("../../../../../../../../../..") / canary.path().relative_path());

  const Attempt made = attempt(container(image), "true");

  EXPECT_THAT(canary.changes(), IsEmpty());
  EXPECT_THAT(made, RefusedOr(NoField("error")));
}

CONFORMANCE_CASE(security, volume_link, .clause = "config.md#mounts", .level = hardening,
                 .claim = "a link in a volume, which another container may write, makes no directory on the host",
                 .needs = {need::root}, .faults = {"resolve_outside_root"}) {
  const Canary canary(scratch() / "canary");
  const fs::path volume = scratch() / "volume";
  plant_link(volume / "link", canary.path());
  Config config =
      with_mount({.destination = "/volume", .type = "bind", .source = volume.string(), .options = {"rbind", "rw"}});
  config.mount({.destination = "/volume/link/below", .type = "tmpfs", .source = "tmpfs"});

  const Attempt made = attempt(container(config), "true");

  EXPECT_THAT(canary.changes(), IsEmpty());
  EXPECT_THAT(made, RefusedOr(NoField("error")));
}

CONFORMANCE_CASE(security, device_link, .clause = "config-linux.md#devices", .level = hardening,
                 .claim = "a device's path with a symbolic link in it makes no device on the host",
                 .needs = {need::root}, .faults = {"resolve_outside_root"}) {
  const Canary canary(scratch() / "canary");
  Bundle& image = bundle(Config::minimal(kSayTrue).set(
      "/linux/devices/-", {{"path", "/link/device"}, {"type", "c"}, {"major", 1}, {"minor", 3}}));
  plant_link(image.file("link"), canary.path());

  const Attempt made = attempt(container(image), "true");

  EXPECT_THAT(canary.changes(), IsEmpty());
  EXPECT_THAT(made, RefusedOr(NoField("error")));
}

CONFORMANCE_CASE_FOR(security, dev_link, directory, kDevDirectories, .clause = "config-linux.md#default-devices",
                     .level = hardening,
                     .claim = "with a directory of /dev a symbolic link, nothing is made or removed on the host",
                     .needs = {need::root}, .faults = {"resolve_outside_root"}) {
  const Canary canary(scratch() / "canary");
  Bundle& image = bundle(with_mount(
      {.destination = std::string{directory.destination}, .type = "tmpfs", .source = "tmpfs", .options = {"nosuid"}}));
  plant_link(image.file(directory.link), canary.path());

  const Attempt made = attempt(container(image), "true");

  EXPECT_THAT(canary.changes(), IsEmpty());
  EXPECT_THAT(made, RefusedOr(NoField("error")));
}

CONFORMANCE_CASE(security, proc_link, .clause = "config-linux.md#default-filesystems", .level = hardening,
                 .claim = "procfs is never mounted where a symbolic link at /proc leads", .needs = {need::root},
                 .faults = {"proc_symlink_followed"}) {
  Bundle& image = bundle(Config::minimal({"/probe", "stat", "/proc"}));
  fs::create_directory(image.file("elsewhere"));
  plant_link(image.file("proc"), "elsewhere");

  const Attempt made = attempt(container(image), "stat");

  EXPECT_THAT(made, RefusedOr(Field("/~1proc/type", "directory")));
}

CONFORMANCE_CASE(security, sys_link, .clause = "config-linux.md#default-filesystems", .level = hardening,
                 .claim = "sysfs is never mounted where a symbolic link at /sys leads", .needs = {need::root},
                 .faults = {"proc_symlink_followed"}) {
  Bundle& image = bundle(Config::minimal({"/probe", "stat", "/sys"})
                             .mount({.destination = "/sys", .type = "sysfs", .source = "sysfs", .options = {"ro"}}));
  fs::create_directory(image.file("elsewhere"));
  plant_link(image.file("sys"), "elsewhere");

  const Attempt made = attempt(container(image), "stat");

  EXPECT_THAT(made, RefusedOr(Field("/~1sys/type", "directory")));
}

}  // namespace runproof
