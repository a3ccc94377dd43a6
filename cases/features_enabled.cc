// features-linux.md: what a runtime says that it supports, and what it says that it does not.
#include "base/json.h"
#include "cases/support/attempt.h"
#include "cases/support/limits.h"
#include "cases/support/net_devices.h"
#include "cases/support/seccomp.h"
#include "cases/support/systemd.h"
#include "harness/case.h"

namespace runproof {
namespace {

/// The answer at a JSON pointer of what `features` printed. Throws Unsupported where it says nothing about it.
bool said_at(const Answer& answer, const std::string& pointer) {
  const Json features = base::parse_json(answer.out);
  const Json said = features.value(Json::json_pointer(pointer), Json());
  if (said.is_null()) throw Unsupported("features has nothing at " + pointer);
  if (!said.is_boolean()) throw CaseFailed("features has neither true nor false at " + pointer + ": " + said.dump());
  return said;
}

/// Whether the container can be created, and then has this limit of processes.
bool pids_limited(Container& box) { return control_or_refused(box, "pids.max") == "20"; }

}  // namespace

CONFORMANCE_CASE(features, seccomp_enabled, .clause = "features-linux.md#seccomp", .level = descr,
                 .claim = "seccomp.enabled is true where a filter takes effect, and false where it does not",
                 .needs = {need::root, need::seccomp}, .features = {"features"},
                 .faults = {"load_seccomp", "features:set:/linux/seccomp/enabled=false"}) {
  const bool said = said_at(runtime({"features"}), "/linux/seccomp/enabled");
  const Config config =
      with_rule({{"names", {"getpriority"}}, {"action", "SCMP_ACT_ERRNO"}}).args({"/probe", "call", "getpriority"});

  const Attempt filtered = attempt(container(config), "call");

  EXPECT_EQ(said, testing::Value(filtered.said, Field("raised", EPERM))) << filtered;
}

CONFORMANCE_CASE(features, net_devices_enabled, .clause = "features-linux.md#netdevices", .level = descr,
                 .claim = "netDevices.enabled is true where network devices are moved, and false where they are not",
                 .needs = {need::root, need::network_namespaces, need::veth}, .features = {"features"},
                 .faults = {"move_net_devices", "features:set:/linux/netDevices/enabled=false"}, .since = "1.3.0") {
  const bool said = said_at(runtime({"features"}), "/linux/netDevices/enabled");
  const InNetwork own;
  make_device("rp-device");
  const Config config = Config::minimal({"/probe", "interfaces"})
                            .oci_version("1.3.0")
                            .with_new(Namespace::network)
                            .set("/linux/netDevices/rp-device", Json::object());

  const Attempt moved = attempt(container(config), "interfaces");

  const testing::Matcher<const Json&> there = testing::Contains(Field("name", "rp-device"));
  EXPECT_EQ(said, testing::Value(moved.said, Field("interfaces", there))) << moved;
}

CONFORMANCE_CASE(features, cgroup_v1_enabled, .clause = "features-linux.md#cgroup", .level = descr,
                 .claim = "cgroup.v1 is true where limits are set on v1, and false where they are not",
                 .needs = {need::root, need::cgroup_v1, need::pids_controller}, .features = {"features"},
                 .faults = {"config:drop:/linux/resources/pids", "features:set:/linux/cgroup/v1=false"}) {
  const bool said = said_at(runtime({"features"}), "/linux/cgroup/v1");
  Container box = container(limited("/pids/limit", 20));

  EXPECT_EQ(said, pids_limited(box));
}

CONFORMANCE_CASE(features, cgroup_v2_enabled, .clause = "features-linux.md#cgroup", .level = descr,
                 .claim = "cgroup.v2 is true where limits are set on v2, and false where they are not",
                 .needs = {need::cgroups, need::cgroup_v2, need::pids_controller}, .features = {"features"},
                 .faults = {"config:drop:/linux/resources/pids", "features:set:/linux/cgroup/v2=false"}) {
  const bool said = said_at(runtime({"features"}), "/linux/cgroup/v2");
  Container box = container(limited("/pids/limit", 20));

  EXPECT_EQ(said, pids_limited(box));
}

CONFORMANCE_CASE(
    features, cgroup_systemd_enabled, .clause = "features-linux.md#cgroup", .level = descr,
    .claim = "cgroup.systemd is true where systemd makes the container's scope, and false where it does not",
    .needs = {need::root, need::systemd}, .features = {"features"},
    .faults = {"features:set:/linux/cgroup/systemd=false"}) {
  const bool said = said_at(runtime({"features"}), "/linux/cgroup/systemd");
  const Scope scope(fresh_id());
  Container box = container(Config::minimal({"/probe", "pause"}).cgroups_path(scope.cgroups_path()));
  box.globals().systemd_cgroup = true;

  const Answer answer = box.create();

  EXPECT_EQ(said, answer.ok() && scope.property("ActiveState", soon()) == "active") << answer;
}

}  // namespace runproof
