// Members of config.json that must be there: a configuration without one is refused.
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
                 .faults = {"config:set:/ociVersion=\"1.0.2\""}) {
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

}  // namespace runproof
