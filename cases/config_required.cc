// Members of config.json that must be there: a configuration without one is refused.
#include "cases/support/console.h"
#include "cases/support/told.h"
#include "harness/case.h"

namespace runproof {

namespace {

/// The smallest configuration without the value at this pointer.
Config without(std::string_view pointer) {
  Config config = Config::minimal({"/probe", "true"});
  config.drop(pointer);
  return config;
}

/// The same with one more value.
Config with(std::string_view pointer, Json value) {
  Config config = Config::minimal({"/probe", "true"});
  config.set(pointer, std::move(value));
  return config;
}

}  // namespace

CONFORMANCE_CASE(config, oci_version_missing, .clause = "config.md#specification-version", .level = must,
                 .claim = "a configuration without ociVersion is refused", .needs = {need::root},
                 .faults = {"config:set:/ociVersion=\"1.0.2\"", "config_problems_ignored"}) {
  EXPECT_THAT(container(without("/ociVersion")).create(), FailsCleanly());
}

CONFORMANCE_CASE(config, required_root, .clause = "config.md#root", .level = must,
                 .claim = "a configuration without root is refused", .needs = {need::root},
                 .faults = {"config:set:/root={\"path\":\"rootfs\"}"}) {
  EXPECT_THAT(container(without("/root")).create(), FailsCleanly());
}

CONFORMANCE_CASE(config, required_root_path, .clause = "config.md#root", .level = must,
                 .claim = "a root without path is refused", .needs = {need::root},
                 .faults = {"config:set:/root/path=\"rootfs\""}) {
  EXPECT_THAT(container(without("/root/path")).create(), FailsCleanly());
}

CONFORMANCE_CASE(config, required_cwd, .clause = "config.md#process", .level = must,
                 .claim = "a process without cwd is refused", .needs = {need::root},
                 .faults = {"config:set:/process/cwd=\"/\""}) {
  EXPECT_THAT(container(without("/process/cwd")).create(), FailsCleanly());
}

CONFORMANCE_CASE(config, required_mount_destination, .clause = "config.md#mounts", .level = must,
                 .claim = "a mount without destination is refused", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1"}) {
  EXPECT_THAT(container(with("/mounts/-", Json{{"type", "tmpfs"}, {"source", "tmpfs"}})).create(), FailsCleanly());
}

CONFORMANCE_CASE(config, required_namespace_type, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a namespace without type is refused", .needs = {need::root},
                 .faults = {"config:drop:/linux/namespaces/4"}) {
  EXPECT_THAT(container(with("/linux/namespaces/-", Json::object())).create(), FailsCleanly());
}

CONFORMANCE_CASE(config, required_hook_path, .clause = "config.md#posix-platform-hooks", .level = must,
                 .claim = "a hook without path is refused", .needs = {need::root}, .faults = {"config:drop:/hooks"}) {
  Config config = Config::minimal({"/probe", "true"});
  config.hook(HookKind::poststop, Json{{"args", Json::array({"hook"})}});

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

namespace {

/// A value with one of its members missing: a configuration with it at `pointer` is refused.
struct Incomplete {
  std::string_view name;  ///< what is missing
  std::string_view pointer;
  Json value;
};

const Incomplete kIncompleteDevices[] = {
    {"path", "/linux/devices/-", {{"type", "c"}, {"major", 10}, {"minor", 200}}},
    {"type", "/linux/devices/-", {{"path", "/dev/test"}, {"major", 10}, {"minor", 200}}},
    {"char_numbers", "/linux/devices/-", {{"path", "/dev/test"}, {"type", "c"}}},
    {"block_minor", "/linux/devices/-", {{"path", "/dev/test"}, {"type", "b"}, {"major", 10}}},
};

}  // namespace

CONFORMANCE_CASE_FOR(config, required_device_fields, without, kIncompleteDevices, .clause = "config-linux.md#devices",
                     .level = must, .claim = "a device without path, type or, but for a FIFO, numbers is refused",
                     .needs = {need::root}, .faults = {"config:drop:/linux/devices"}) {
  EXPECT_THAT(container(with(without.pointer, without.value)).create(), FailsCleanly());
}

namespace {

const Incomplete kRlimits[] = {
    {"type", "/process/rlimits/-", {{"soft", 100}, {"hard", 200}}},
    {"soft", "/process/rlimits/-", {{"type", "RLIMIT_CORE"}, {"hard", 200}}},
    {"hard", "/process/rlimits/-", {{"type", "RLIMIT_CORE"}, {"soft", 100}}},
};

}  // namespace

CONFORMANCE_CASE_FOR(config, required_rlimit_fields, without, kRlimits, .clause = "config.md#posix-process",
                     .level = must, .claim = "a resource limit without type, soft or hard is refused",
                     .faults = {"config:drop:/process/rlimits"}) {
  Container box = container(with(without.pointer, without.value));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

CONFORMANCE_CASE(config, required_scheduler_policy, .clause = "config.md#linux-process", .level = must,
                 .claim = "a scheduler without policy is refused", .faults = {"config:drop:/process/scheduler"},
                 .since = "1.1.0") {
  Container box = container(with("/process/scheduler", {{"nice", 1}}).oci_version("1.1.0"));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

namespace {

const Incomplete kIncompleteIoPriorities[] = {
    {"class", "/process/ioPriority", {{"priority", 4}}},
    {"priority", "/process/ioPriority", {{"class", "IOPRIO_CLASS_BE"}}},
};

}  // namespace

CONFORMANCE_CASE_FOR(config, required_io_priority_fields, without, kIncompleteIoPriorities,
                     .clause = "config.md#linux-process", .level = must,
                     .claim = "an ioPriority without class or priority is refused",
                     .faults = {"config:drop:/process/ioPriority"}, .since = "1.1.0") {
  Container box = container(with(without.pointer, without.value).oci_version("1.1.0"));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

namespace {

const Incomplete kConsoleSizes[] = {
    {"height", "/process/consoleSize", {{"width", 80}}},
    {"width", "/process/consoleSize", {{"height", 25}}},
};

}  // namespace

CONFORMANCE_CASE_FOR(config, required_console_size, without, kConsoleSizes, .clause = "config.md#process",
                     .level = must, .claim = "a consoleSize without height or width is refused, with a terminal",
                     .needs = {need::root}, .faults = {"config:drop:/process/consoleSize"}) {
  ConsoleSocket console(scratch());
  Container box = container(with_terminal().set(without.pointer, without.value).args({"/probe", "true"}));

  EXPECT_THAT(box.create({.console_socket = console.path()}), FailsCleanly());
}

namespace {

constexpr std::string_view kIds[] = {"uid", "gid"};

}  // namespace

CONFORMANCE_CASE_FOR(config, required_user_ids, id, kIds, .clause = "config.md#posix-platform-user", .level = must,
                     .claim = "a user without uid or gid is refused",
                     .faults = {"config:set:/process/user={\"uid\":0,\"gid\":0}"}) {
  Container box = container(without("/process/user/" + std::string{id}));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

namespace {

struct MappingMember {
  std::string_view name;
  std::string_view member;
};
constexpr MappingMember kMappingMembers[] = {{"container_id", "containerID"}, {"host_id", "hostID"}, {"size", "size"}};

}  // namespace

CONFORMANCE_CASE_FOR(config, required_id_mapping_fields, missing, kMappingMembers,
                     .clause = "config-linux.md#user-namespace-mappings", .level = must,
                     .claim = "an id mapping without containerID, hostID or size is refused",
                     .needs = {need::root, need::user_namespaces},
                     .faults = {"config:set:/linux/uidMappings=[{\"containerID\":0,\"hostID\":0,\"size\":65536}]"}) {
  Json mapping = {{"containerID", 0}, {"hostID", 0}, {"size", 65'536}};
  mapping.erase(std::string{missing.member});
  Config config = with("/linux/uidMappings/-", mapping).with_new(Namespace::user);
  config.set("/linux/gidMappings/-", {{"containerID", 0}, {"hostID", 0}, {"size", 65'536}});

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

namespace {

const Incomplete kBlockIo[] = {
    {"weight_major", "/linux/resources/blockIO/weightDevice/-", {{"minor", 0}, {"weight", 500}}},
    {"weight_minor", "/linux/resources/blockIO/weightDevice/-", {{"major", 7}, {"weight", 500}}},
    {"throttle_major", "/linux/resources/blockIO/throttleReadBpsDevice/-", {{"minor", 0}, {"rate", 1000}}},
    {"throttle_minor", "/linux/resources/blockIO/throttleWriteBpsDevice/-", {{"major", 7}, {"rate", 1000}}},
    {"throttle_rate", "/linux/resources/blockIO/throttleReadIOPSDevice/-", {{"major", 7}, {"minor", 0}}},
};

}  // namespace

CONFORMANCE_CASE_FOR(config, required_blkio_fields, without, kBlockIo, .clause = "config-linux.md#block-io",
                     .level = must, .claim = "a device of blockIO without major, minor or rate is refused",
                     .needs = {need::root, need::io_controller}, .faults = {"config:drop:/linux/resources/blockIO"}) {
  EXPECT_THAT(container(with(without.pointer, without.value)).create(), FailsCleanly());
}

namespace {

const Incomplete kHugePages[] = {
    {"page_size", "/linux/resources/hugepageLimits/-", {{"limit", 0}}},
    {"limit", "/linux/resources/hugepageLimits/-", {{"pageSize", "2MB"}}},
};

}  // namespace

CONFORMANCE_CASE_FOR(config, required_hugepage_fields, without, kHugePages,
                     .clause = "config-linux.md#huge-page-limits", .level = must,
                     .claim = "a huge page limit without pageSize or limit is refused",
                     .needs = {need::root, need::hugetlb_controller},
                     .faults = {"config:drop:/linux/resources/hugepageLimits"}) {
  EXPECT_THAT(container(with(without.pointer, without.value)).create(), FailsCleanly());
}

namespace {

const Incomplete kNetworkPriorities[] = {
    {"name", "/linux/resources/network/priorities/-", {{"priority", 1}}},
    {"priority", "/linux/resources/network/priorities/-", {{"name", "lo"}}},
};

}  // namespace

CONFORMANCE_CASE_FOR(config, required_net_priority_fields, without, kNetworkPriorities,
                     .clause = "config-linux.md#network", .level = must,
                     .claim = "a network priority without name or priority is refused", .needs = {need::root},
                     .faults = {"config:drop:/linux/resources/network"}) {
  EXPECT_THAT(container(with(without.pointer, without.value)).create(), FailsCleanly());
}

CONFORMANCE_CASE(config, required_device_rule_allow, .clause = "config-linux.md#allowed-device-list", .level = must,
                 .claim = "a device rule without allow is refused", .needs = {need::root},
                 .faults = {"config:drop:/linux/resources/devices"}) {
  EXPECT_THAT(container(with("/linux/resources/devices/-", {{"type", "c"}, {"access", "rwm"}})).create(),
              FailsCleanly());
}

/// A filter that allows everything, with one more rule.
Json filter_with(const Json& rule) { return {{"defaultAction", "SCMP_ACT_ALLOW"}, {"syscalls", Json::array({rule})}}; }
namespace {

const Incomplete kSeccomp[] = {
    {"default_action", "/linux/seccomp", {{"syscalls", Json::array()}}},
    {"names", "/linux/seccomp", filter_with({{"action", "SCMP_ACT_ALLOW"}})},
    {"action", "/linux/seccomp", filter_with({{"names", {"getpid"}}})},
    {"arg_index", "/linux/seccomp",
     filter_with({{"names", {"getpid"}},
                  {"action", "SCMP_ACT_ALLOW"},
                  {"args", Json::array({{{"value", 1}, {"op", "SCMP_CMP_EQ"}}})}})},
    {"arg_value", "/linux/seccomp",
     filter_with({{"names", {"getpid"}},
                  {"action", "SCMP_ACT_ALLOW"},
                  {"args", Json::array({{{"index", 0}, {"op", "SCMP_CMP_EQ"}}})}})},
    {"arg_op", "/linux/seccomp",
     filter_with(
         {{"names", {"getpid"}}, {"action", "SCMP_ACT_ALLOW"}, {"args", Json::array({{{"index", 0}, {"value", 1}}})}})},
};

}  // namespace

CONFORMANCE_CASE_FOR(config, required_seccomp_fields, without, kSeccomp, .clause = "config-linux.md#seccomp",
                     .level = must,
                     .claim =
                         "a filter without defaultAction, a rule without names or action, and an argument without "
                         "index, value or op are refused",
                     .needs = {need::seccomp}, .features = {"seccomp"}, .faults = {"config:drop:/linux/seccomp"}) {
  Container box = container(with(without.pointer, without.value));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

CONFORMANCE_CASE(config, required_personality_domain, .clause = "config-linux.md#personality", .level = must,
                 .claim = "a personality without domain is refused", .faults = {"config:drop:/linux/personality"},
                 .since = "1.1.0") {
  EXPECT_THAT(container(with("/linux/personality", Json::object()).oci_version("1.1.0")).create(), FailsCleanly());
}

}  // namespace runproof
