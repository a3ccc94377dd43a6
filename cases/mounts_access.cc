// Mount options that decide what may be done with what a mount holds.
#include <gmock/gmock.h>

#include "cases/support/mounts.h"
#include "harness/case.h"

namespace runproof {
namespace {

using testing::Contains;
using testing::Not;

}  // namespace

CONFORMANCE_CASE(mounts, opt_ro, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "nothing can be written to a mount with ro", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/0", "config:drop:/mounts/2/options/1"}) {
  Serving box = serving(with_options(scratch(), {"ro"}));

  EXPECT_THAT(mount_at(box, kFresh).options, Contains("ro"));
  EXPECT_THAT(mount_at(box, kBound).options, Contains("ro"));
  EXPECT_THAT(box.ask({"write", "/fresh/new", "x"}), Field("errno", "EROFS"));
  EXPECT_THAT(bound(box, scratch()).make_file(), Field("errno", "EROFS"));
  EXPECT_FALSE(bound(box, scratch()).has_new_file());
}

CONFORMANCE_CASE(mounts, opt_rw, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "rw after ro takes it back: the mount can be written to", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/1", "config:drop:/mounts/2/options/2"}) {
  Serving box = serving(with_options(scratch(), {"ro", "rw"}));

  EXPECT_THAT(mount_at(box, kFresh).options, Contains("rw"));
  EXPECT_THAT(mount_at(box, kBound).options, Contains("rw"));
  EXPECT_THAT(box.ask({"write", "/fresh/new", "x"}), Field("written", 1));
  EXPECT_THAT(bound(box, scratch()).make_file(), Field("written", 1));
  EXPECT_TRUE(bound(box, scratch()).has_new_file());
}

CONFORMANCE_CASE(mounts, opt_noexec, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "no program on a mount with noexec can be executed", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/0", "config:drop:/mounts/2/options/1"}) {
  Serving box = serving(with_options(scratch(), {"noexec"}));

  EXPECT_THAT(mount_at(box, kFresh).options, Contains("noexec"));
  EXPECT_THAT(mount_at(box, kBound).options, Contains("noexec"));
  EXPECT_THAT(bound(box, scratch()).execute(), Field("errno", "EACCES"));
}

CONFORMANCE_CASE(mounts, opt_exec, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "exec after noexec takes it back: programs can be executed", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/1", "config:drop:/mounts/2/options/2"}) {
  Serving box = serving(with_options(scratch(), {"noexec", "exec"}));

  EXPECT_THAT(mount_at(box, kFresh).options, Not(Contains("noexec")));
  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("noexec")));
  EXPECT_THAT(bound(box, scratch()).execute(), Field("exit", 0));
}

CONFORMANCE_CASE(mounts, opt_nosuid, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "on a mount with nosuid the set-user-ID bit does nothing", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/0", "config:drop:/mounts/2/options/1"}) {
  Serving box = serving(with_options(scratch(), {"nosuid"}).user(1000, 1000));

  EXPECT_THAT(mount_at(box, kFresh).options, Contains("nosuid"));
  EXPECT_THAT(mount_at(box, kBound).options, Contains("nosuid"));
  EXPECT_EQ(bound(box, scratch()).runs_as(), 1000);
}

CONFORMANCE_CASE(mounts, opt_suid, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "suid after nosuid takes it back: a set-user-ID program runs as its owner",
                 .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/1", "config:drop:/mounts/2/options/2"}) {
  Serving box = serving(with_options(scratch(), {"nosuid", "suid"}).user(1000, 1000));

  EXPECT_THAT(mount_at(box, kFresh).options, Not(Contains("nosuid")));
  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("nosuid")));
  EXPECT_EQ(bound(box, scratch()).runs_as(), 0);
}

CONFORMANCE_CASE(mounts, opt_nodev, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "no device node on a mount with nodev can be opened", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/0", "config:drop:/mounts/2/options/1"}) {
  Serving box = serving(with_options(scratch(), {"nodev"}));

  EXPECT_THAT(mount_at(box, kFresh).options, Contains("nodev"));
  EXPECT_THAT(mount_at(box, kBound).options, Contains("nodev"));
  EXPECT_THAT(bound(box, scratch()).use_device(), Field("errno", "EACCES"));
}

CONFORMANCE_CASE(mounts, opt_dev, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "dev after nodev takes it back: device nodes can be opened", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/1", "config:drop:/mounts/2/options/2"}) {
  Serving box = serving(with_options(scratch(), {"nodev", "dev"}));

  EXPECT_THAT(mount_at(box, kFresh).options, Not(Contains("nodev")));
  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("nodev")));
  EXPECT_THAT(bound(box, scratch()).use_device(), Field("written", 1));
}

CONFORMANCE_CASE(mounts, opt_nosymfollow, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "no symbolic link on a mount with nosymfollow is followed",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.nosymfollow"},
                 .faults = {"config:drop:/mounts/1/options/0", "config:drop:/mounts/2/options/1"}) {
  Serving box = serving(with_options(scratch(), {"nosymfollow"}));

  EXPECT_THAT(mount_at(box, kFresh).options, Contains("nosymfollow"));
  EXPECT_THAT(mount_at(box, kBound).options, Contains("nosymfollow"));
  EXPECT_THAT(bound(box, scratch()).follow_link(), Field("errno", "ELOOP"));
}

CONFORMANCE_CASE(mounts, opt_symfollow, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "symfollow after nosymfollow takes it back: symbolic links are followed",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.symfollow"},
                 .faults = {"config:drop:/mounts/1/options/1", "config:drop:/mounts/2/options/2"}) {
  Serving box = serving(with_options(scratch(), {"nosymfollow", "symfollow"}));

  EXPECT_THAT(mount_at(box, kFresh).options, Not(Contains("nosymfollow")));
  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("nosymfollow")));
  EXPECT_THAT(bound(box, scratch()).follow_link(), Field("text", "of the host"));
}

}  // namespace runproof
