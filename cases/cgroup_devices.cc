// config-linux.md#allowed-device-list, by what open(2) says: EPERM where the cgroup forbids a device, and of a number
// that is no device's ENXIO where it does not.
#include "cases/support/usual_mounts.h"
#include "harness/case.h"

namespace runproof {
namespace {

constexpr std::string_view kDevice = "/dev/test";
constexpr int kMajor = 1;  // memory devices, of which there is none with this minor
constexpr int kMinor = 200;

Json rule(bool allow, const Json& more) {
  Json rule = {{"allow", allow}};
  rule.update(more);
  return rule;
}
const Json kAllDenied = rule(false, {{"access", "rwm"}});
const Json kDeviceAllowed = rule(true, {{"type", "c"}, {"major", kMajor}, {"minor", kMinor}, {"access", "rw"}});

Config ruled(const std::vector<Json>& rules) {
  const Json device = {{"path", kDevice}, {"type", "c"}, {"major", kMajor}, {"minor", kMinor}, {"fileMode", 0666}};
  return with_dev(Config::minimal({})).set("/linux/devices/-", device).resource("/devices", rules);
}

}  // namespace

CONFORMANCE_CASE(cgroup, devices_order_allow_last, .clause = "config-linux.md#allowed-device-list", .level = must,
                 .claim = "a rule that allows a device takes it out of those that an earlier rule denies",
                 .needs = {need::root, need::cgroups},
                 .faults = {"config:set:/linux/resources/devices/2={\"allow\":false,\"access\":\"rwm\"}"}) {
  Serving box = serving(ruled({kAllDenied, kDeviceAllowed}));

  EXPECT_THAT(box.ask({"read", std::string(kDevice)}), Field("errno", "ENXIO"));
}

CONFORMANCE_CASE(cgroup, devices_order_deny_last, .clause = "config-linux.md#allowed-device-list", .level = must,
                 .claim = "a rule that denies all devices denies those that an earlier rule allows",
                 .needs = {need::root, need::cgroups}, .faults = {"config:drop:/linux/resources/devices/1"}) {
  Serving box = serving(ruled({kDeviceAllowed, kAllDenied}));

  EXPECT_THAT(box.ask({"read", std::string(kDevice)}), Field("errno", "EPERM"));
}

CONFORMANCE_CASE(
    cgroup, devices_deny_all, .clause = "config-linux.md#allowed-device-list", .level = descr,
    .claim = "a device that is denied can be neither read nor written, after an update of something else, too",
    .needs = {need::root, need::cgroups, need::pids_controller}, .features = {"update"},
    .faults = {"config:drop:/linux/resources/devices"}) {
  Serving box = serving(ruled({kAllDenied}));

  EXPECT_THAT(box.ask({"read", std::string(kDevice)}), Field("errno", "EPERM"));
  EXPECT_THAT(box.ask({"write", "--existing", std::string(kDevice), "x"}), Field("errno", "EPERM"));
  require(box.update({{"pids", {{"limit", 32}}}}));
  EXPECT_THAT(box.ask({"read", std::string(kDevice)}), Field("errno", "EPERM"));
}

CONFORMANCE_CASE(cgroup, devices_allow_r, .clause = "config-linux.md#allowed-device-list", .level = descr,
                 .claim = "a rule for reading alone allows no writing", .needs = {need::root, need::cgroups},
                 .faults = {"config:set:/linux/resources/devices/1/access=\"rw\"",
                            "config:set:/linux/resources/devices/1/access=\"w\""}) {
  Json reading = kDeviceAllowed;
  reading["access"] = "r";
  Serving box = serving(ruled({kAllDenied, reading}));

  EXPECT_THAT(box.ask({"read", std::string(kDevice)}), Field("errno", "ENXIO"));
  EXPECT_THAT(box.ask({"write", "--existing", std::string(kDevice), "x"}), Field("errno", "EPERM"));
}

struct Wildcard {
  std::string_view name;
  Json rule;
};
const Wildcard kWildcards[] = {
    {"minor", rule(true, {{"type", "c"}, {"major", kMajor}, {"access", "rw"}})},
    {"major", rule(true, {{"type", "c"}, {"minor", kMinor}, {"access", "rw"}})},
    {"numbers", rule(true, {{"type", "c"}, {"access", "rw"}})},
    {"type", rule(true, {{"access", "rwm"}})},
};

CONFORMANCE_CASE_FOR(cgroup, devices_wildcard, wildcard, kWildcards, .clause = "config-linux.md#allowed-device-list",
                     .level = descr, .claim = "what a rule does not say is for all: type, major, minor",
                     .needs = {need::root, need::cgroups}, .faults = {"config:drop:/linux/resources/devices/1"}) {
  Serving box = serving(ruled({kAllDenied, wildcard.rule}));

  EXPECT_THAT(box.ask({"read", std::string(kDevice)}), Field("errno", "ENXIO"));
}

CONFORMANCE_CASE(cgroup, devices_default_allowed, .clause = "config-linux.md#allowed-device-list", .level = cli,
                 .claim = "the default devices can be used, though a rule denies all",
                 .needs = {need::root, need::cgroups},
                 .faults = {"config:set:/linux/resources/devices/"
                            "1={\"allow\":false,\"type\":\"c\",\"major\":1,\"minor\":3,\"access\":\"rwm\"}"}) {
  Serving box = serving(ruled({kAllDenied}));

  EXPECT_THAT(box.ask({"write", "--existing", "/dev/null", "x"}), Field("written", 1));
}

}  // namespace runproof
