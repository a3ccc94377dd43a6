// Propagation of bind mounts: what the kernel says of them, and whether mounts really spread (mount_namespaces(7)).
#include <gmock/gmock.h>
#include <sys/mount.h>

#include "cases/support/mounts.h"
#include "harness/case.h"

namespace runproof {
namespace {

using testing::StartsWith;

constexpr const char* kBoundBelow = "/bound/below";

/// A recursive bind to /bound with this option; the program may mount.
Config with_propagating_bind(const std::filesystem::path& source, const std::string& option) {
  return Config::minimal({})
      .capabilities({"CAP_SYS_ADMIN"})
      .mount({.destination = std::string{kBound}, .type = "", .source = source.string(), .options = {"rbind", option}});
}

/// Whether what the host mounts below the source from now on shows in the container, below `point`.
bool hears_the_host(Serving& box, const std::filesystem::path& source, const std::string& point) {
  mount_tmpfs(source / "listed");
  return is_mounted(box, point + "/listed");
}

/// Whether what the container mounts below `point` shows in a copy of that mount, too: they are peers.
bool has_peers(Serving& box, const std::string& point) {
  const Json bind = box.ask({"bind", point, "/tmp"});
  const Json mount = box.ask({"tmpfs", point + "/listed"});
  if (bind.contains("errno") || mount.contains("errno"))
    throw CaseFailed("the container cannot mount: " + bind.dump() + mount.dump());
  return is_mounted(box, "/tmp/listed");
}

}  // namespace

CONFORMANCE_CASE(mounts, opt_private, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "a private bind neither hears the host nor has peers", .needs = {need::root},
                 .faults = {"mount_propagation_dropped", "config:set:/mounts/1/options/1=\"shared\""}) {
  const OwnMounts ours;
  const auto source = furnished_tree(scratch(), 0, MS_SHARED);
  Serving box = serving(with_propagating_bind(source, "private"));

  EXPECT_EQ(mount_at(box, kBound).propagation(), "private");
  EXPECT_FALSE(hears_the_host(box, source, "/bound"));
  EXPECT_FALSE(has_peers(box, "/bound"));
}

CONFORMANCE_CASE(mounts, opt_rprivate, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "rprivate makes the bind and what is mounted below it private", .needs = {need::root},
                 .faults = {"mount_propagation_dropped", "config:set:/mounts/1/options/1=\"private\"",
                            "config:set:/mounts/1/options/1=\"rshared\""}) {
  const OwnMounts ours;
  const auto source = furnished_tree(scratch(), 0, MS_SHARED);
  Serving box = serving(with_propagating_bind(source, "rprivate"));

  EXPECT_EQ(mount_at(box, kBound).propagation(), "private");
  EXPECT_EQ(mount_at(box, kBoundBelow).propagation(), "private");
  EXPECT_FALSE(hears_the_host(box, source / "below", kBoundBelow));
  EXPECT_FALSE(has_peers(box, kBoundBelow));
}

CONFORMANCE_CASE(mounts, opt_slave, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "a slave bind shows what the host mounts later, and passes nothing on", .needs = {need::root},
                 .faults = {"config:set:/mounts/1/options/1=\"private\"",
                            "config:set:/mounts/1/options/1=\"shared\""}) {
  const OwnMounts ours;
  const auto source = furnished_tree(scratch(), 0, MS_SHARED);
  Serving box = serving(with_propagating_bind(source, "slave"));

  EXPECT_EQ(mount_at(box, kBound).propagation(), "slave");
  EXPECT_TRUE(hears_the_host(box, source, "/bound"));
}

CONFORMANCE_CASE(mounts, opt_rslave, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "rslave makes the bind and what is mounted below it slaves", .needs = {need::root},
                 .faults = {"config:set:/mounts/1/options/1=\"rprivate\"",
                            "config:set:/mounts/1/options/1=\"rshared\""}) {
  const OwnMounts ours;
  const auto source = furnished_tree(scratch(), 0, MS_SHARED);
  Serving box = serving(with_propagating_bind(source, "rslave"));

  EXPECT_EQ(mount_at(box, kBound).propagation(), "slave");
  EXPECT_EQ(mount_at(box, kBoundBelow).propagation(), "slave");
  EXPECT_TRUE(hears_the_host(box, source / "below", kBoundBelow));
}

CONFORMANCE_CASE(mounts, opt_shared, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "a shared bind has peers: what is mounted below one of them shows in the others",
                 .needs = {need::root},
                 .faults = {"mount_propagation_dropped", "config:set:/mounts/1/options/1=\"private\""}) {
  const OwnMounts ours;
  const auto source = furnished_tree(scratch(), 0, MS_SHARED);
  Serving box = serving(with_propagating_bind(source, "shared"));

  EXPECT_THAT(mount_at(box, kBound).propagation(), StartsWith("shared"));
  EXPECT_TRUE(has_peers(box, "/bound"));
}

CONFORMANCE_CASE(mounts, opt_rshared, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "rshared makes the bind and what is mounted below it shared", .needs = {need::root},
                 .faults = {"mount_propagation_dropped", "config:set:/mounts/1/options/1=\"rprivate\""}) {
  const OwnMounts ours;
  const auto source = furnished_tree(scratch(), 0, MS_SHARED);
  Serving box = serving(with_propagating_bind(source, "rshared"));

  EXPECT_THAT(mount_at(box, kBound).propagation(), StartsWith("shared"));
  EXPECT_THAT(mount_at(box, kBoundBelow).propagation(), StartsWith("shared"));
  EXPECT_TRUE(has_peers(box, kBoundBelow));
}

CONFORMANCE_CASE(mounts, opt_unbindable, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "an unbindable bind cannot be bound again", .needs = {need::root},
                 .faults = {"mount_propagation_dropped", "config:set:/mounts/1/options/1=\"private\""}) {
  const OwnMounts ours;
  const auto source = furnished_tree(scratch(), 0, MS_SHARED);
  Serving box = serving(with_propagating_bind(source, "unbindable"));

  EXPECT_EQ(mount_at(box, kBound).propagation(), "unbindable");
  EXPECT_THAT(box.ask({"bind", "/bound", "/tmp"}), Field("errno", "EINVAL"));
}

CONFORMANCE_CASE(mounts, opt_runbindable, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "runbindable makes the bind and what is mounted below it unbindable", .needs = {need::root},
                 .faults = {"mount_propagation_dropped", "config:set:/mounts/1/options/1=\"unbindable\""}) {
  const OwnMounts ours;
  const auto source = furnished_tree(scratch(), 0, MS_SHARED);
  Serving box = serving(with_propagating_bind(source, "runbindable"));

  EXPECT_EQ(mount_at(box, kBound).propagation(), "unbindable");
  EXPECT_EQ(mount_at(box, kBoundBelow).propagation(), "unbindable");
  EXPECT_THAT(box.ask({"bind", kBoundBelow, "/tmp"}), Field("errno", "EINVAL"));
}

}  // namespace runproof
