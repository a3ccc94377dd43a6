// config-linux.md#devices.
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/file.h"
#include "cases/support/files.h"
#include "cases/support/isolation.h"
#include "cases/support/told.h"
#include "cases/support/usual_mounts.h"
#include "harness/case.h"

namespace runproof {

namespace {

Config with_device(const Json& device) { return with_dev(Config::minimal({})).set("/linux/devices/-", device); }

struct Kind {
  std::string_view name;
  Json device;
  std::string_view type;
  Json rdev;
};
const Kind kKinds[] = {
    {"char",
     {{"path", "/dev/test"}, {"type", "c"}, {"major", 10}, {"minor", 200}},
     "char",
     {{"major", 10}, {"minor", 200}}},
    {"block",
     {{"path", "/dev/test"}, {"type", "b"}, {"major", 7}, {"minor", 99}},
     "block",
     {{"major", 7}, {"minor", 99}}},
    {"fifo", {{"path", "/dev/test"}, {"type", "p"}}, "fifo", {{"major", 0}, {"minor", 0}}},
    {"unbuffered",
     {{"path", "/dev/test"}, {"type", "u"}, {"major", 10}, {"minor", 200}},
     "char",
     {{"major", 10}, {"minor", 200}}},
    {"outside_dev",
     {{"path", "/data/deep/test"}, {"type", "c"}, {"major", 10}, {"minor", 200}},
     "char",
     {{"major", 10}, {"minor", 200}}},
};

}  // namespace

CONFORMANCE_CASE_FOR(devices, kind, kind, kKinds, .clause = "config-linux.md#devices", .level = must,
                     .claim = "a configured device is there, with its type and numbers", .needs = {need::root},
                     .faults = {"configured_devices_missing"}) {
  Serving box = serving(with_device(kind.device));

  const Json said = stat_of(box, kind.device.at("path"));

  EXPECT_THAT(said, Field("type", std::string{kind.type}));
  EXPECT_THAT(said, Field("rdev", kind.rdev));
}

namespace {

struct Mode {
  std::string_view name;
  int mode;
};
constexpr Mode kModes[] = {{"for_others", 0626}, {"for_owner", 0600}, {"for_nobody", 0}};

}  // namespace

CONFORMANCE_CASE_FOR(devices, mode, mode, kModes, .clause = "config-linux.md#devices", .level = descr,
                     .claim = "a device has the file mode that is configured, whatever the caller's umask",
                     .needs = {need::root}, .faults = {"device_mode_dropped"}) {
  Serving box = container_to_serve(
      with_device({{"path", "/dev/test"}, {"type", "c"}, {"major", 10}, {"minor", 200}, {"fileMode", mode.mode}}));
  ::umask(027);

  require(box.create());
  box.serve();

  EXPECT_THAT(stat_of(box, "/dev/test"), Field("mode", mode.mode));
}

CONFORMANCE_CASE(devices, owner, .clause = "config-linux.md#devices", .level = descr,
                 .claim = "a device belongs to the configured user and group", .needs = {need::root},
                 .faults = {"device_owner_dropped"}) {
  Serving box = serving(
      with_device({{"path", "/dev/test"}, {"type", "c"}, {"major", 10}, {"minor", 200}, {"uid", 1000}, {"gid", 2000}}));

  const Json said = stat_of(box, "/dev/test");

  EXPECT_THAT(said, Field("uid", 1000));
  EXPECT_THAT(said, Field("gid", 2000));
}

CONFORMANCE_CASE(devices, rootless_bind, .clause = "config-linux.md#devices", .level = may,
                 .claim = "in a user namespace, which may make no devices, the default devices are there and usable",
                 .needs = {need::root, need::user_namespaces}, .faults = {"default_devices_missing"}) {
  Serving box = serving(with_user_namespace(with_dev(Config::minimal({})), 100'000));

  EXPECT_THAT(stat_of(box, "/dev/null"), Field("rdev", Json{{"major", 1}, {"minor", 3}}));
  EXPECT_THAT(box.ask({"write", "--existing", "/dev/null", "text"}), Field("written", 4));
}

CONFORMANCE_CASE(devices, existing_mismatch, .clause = "config-linux.md#devices", .level = must,
                 .claim = "another file at a device's path is an error, and stays as it is", .needs = {need::root},
                 .faults = {"device_mismatch_accepted"}) {
  Container box = container(
      with_device({{"path", "/test"}, {"type", "c"}, {"major", 10}, {"minor", 200}}).args({"/probe", "true"}));
  base::write_file(box.bundle().file("/test"), "text");

  EXPECT_THAT(box.create(), FailsCleanly());
  EXPECT_EQ(base::read_file_if_there(box.bundle().file("/test")), "text");
}

CONFORMANCE_CASE(devices, existing_match, .clause = "config-linux.md#devices", .level = must,
                 .claim = "the same device at a device's path is no error", .needs = {need::root},
                 .faults = {"fail_at:make_devices:EEXIST"}) {
  Serving box = container_to_serve(with_device({{"path", "/test"}, {"type", "c"}, {"major", 10}, {"minor", 200}}));
  make_node(box.bundle(), "/test", S_IFCHR | 0600, makedev(10, 200));

  require(box.create());
  box.serve();

  EXPECT_THAT(stat_of(box, "/test"), Field("rdev", Json{{"major", 10}, {"minor", 200}}));
}

CONFORMANCE_CASE(devices, unlisted_inaccessible, .clause = "config-linux.md#devices", .level = may,
                 .claim = "a device that is neither listed nor a default one cannot be opened",
                 .needs = {need::root, need::cgroups}, .faults = {"config:drop:/linux/resources/devices"}) {
  Serving box = container_to_serve(
      with_dev(Config::minimal({})).resource("/devices", Json::array({{{"allow", false}, {"access", "rwm"}}})));
  make_node(box.bundle(), "/kmsg", S_IFCHR | 0666, makedev(1, 11));
  require(box.create());
  box.serve();

  EXPECT_THAT(box.ask({"write", "--existing", "/kmsg", ""}), Field("errno", "EPERM"));
  EXPECT_THAT(box.ask({"write", "--existing", "/dev/null", "text"}), Field("written", 4));
}

namespace {

struct BadDevice {
  std::string_view name;
  std::string_view pointer;
  Json value;
};
const BadDevice kBadDevices[] = {{"negative", "/linux/devices/0/minor", -5},
                                 {"no_integer", "/linux/devices/0/minor", 1.5},
                                 {"unknown_type", "/linux/devices/0/type", "x"}};

}  // namespace

CONFORMANCE_CASE_FOR(devices, bad_minor, bad, kBadDevices, .clause = "config.md#valid-values", .level = must,
                     .claim = "a device with numbers or a type that there cannot be is an error", .needs = {need::root},
                     .faults = {"config:drop:/linux/devices"}) {
  const Config config = with_device({{"path", "/dev/test"}, {"type", "c"}, {"major", 10}, {"minor", 200}})
                            .args({"/probe", "true"})
                            .set(bad.pointer, bad.value);

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

}  // namespace runproof
