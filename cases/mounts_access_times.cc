// Mount options that decide when access times are written.
#include <gmock/gmock.h>

#include "cases/support/mounts.h"
#include "harness/case.h"

namespace runproof {
namespace {

using testing::Contains;
using testing::Not;

}  // namespace

CONFORMANCE_CASE(mounts, opt_noatime, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "on a mount with noatime access times stay as they are", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/0", "config:drop:/mounts/2/options/1"}) {
  Serving box = serving(with_options(scratch(), {"noatime"}));

  EXPECT_THAT(mount_at(box, kFresh).options, Contains("noatime"));
  EXPECT_THAT(mount_at(box, kBound).options, Contains("noatime"));
  EXPECT_FALSE(bound(box, scratch()).reading_is_noted("unread"));
}

CONFORMANCE_CASE(mounts, opt_atime, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "atime after noatime takes it back: access times are updated", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/1", "config:drop:/mounts/2/options/2"}) {
  Serving box = serving(with_options(scratch(), {"noatime", "atime"}));

  EXPECT_THAT(mount_at(box, kFresh).options, Not(Contains("noatime")));
  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("noatime")));
  EXPECT_TRUE(bound(box, scratch()).reading_is_noted("unread"));
}

CONFORMANCE_CASE(mounts, opt_relatime, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "on a mount with relatime a file's access time is updated once after each change of the file",
                 .needs = {need::root},
                 .faults = {"config:set:/mounts/1/options/0=\"strictatime\"",
                            "config:set:/mounts/2/options/1=\"strictatime\"",
                            "config:set:/mounts/2/options/1=\"noatime\""}) {
  Serving box = serving(with_options(scratch(), {"relatime"}));

  EXPECT_THAT(mount_at(box, kFresh).options, Contains("relatime"));
  EXPECT_THAT(mount_at(box, kBound).options, Contains("relatime"));
  EXPECT_TRUE(bound(box, scratch()).reading_is_noted("unread"));
  EXPECT_FALSE(bound(box, scratch()).reading_is_noted("read"));
}

CONFORMANCE_CASE(mounts, opt_norelatime, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "norelatime is taken: it leaves the access times to the other options", .needs = {need::root},
                 .faults = {"config:set:/mounts/1/options/1=\"no_such_option\"", "config:drop:/mounts/2/options/1"}) {
  Serving box = serving(with_options(scratch(), {"noatime", "norelatime"}));

  EXPECT_THAT(mount_at(box, kFresh).options, Contains("noatime"));
  EXPECT_THAT(mount_at(box, kBound).options, Contains("noatime"));
  EXPECT_THAT(mount_at(box, kFresh).options, Not(Contains("relatime")));
  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("relatime")));
}

CONFORMANCE_CASE(mounts, opt_strictatime, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "on a mount with strictatime every read updates the access time", .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/0", "config:drop:/mounts/2/options/1"}) {
  Serving box = serving(with_options(scratch(), {"strictatime"}));

  EXPECT_THAT(mount_at(box, kFresh).options, Not(Contains("relatime")));
  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("relatime")));
  EXPECT_THAT(mount_at(box, kFresh).options, Not(Contains("noatime")));
  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("noatime")));
  EXPECT_TRUE(bound(box, scratch()).reading_is_noted("read"));
}

CONFORMANCE_CASE(mounts, opt_nostrictatime, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "nostrictatime after strictatime takes it back: the kernel's default, relatime, stands",
                 .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/1", "config:drop:/mounts/2/options/2"}) {
  Serving box = serving(with_options(scratch(), {"strictatime", "nostrictatime"}));

  EXPECT_THAT(mount_at(box, kFresh).options, Contains("relatime"));
  EXPECT_THAT(mount_at(box, kBound).options, Contains("relatime"));
  EXPECT_FALSE(bound(box, scratch()).reading_is_noted("read"));
}

CONFORMANCE_CASE(mounts, opt_nodiratime, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "on a mount with nodiratime the access times of directories stay as they are",
                 .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/1", "config:drop:/mounts/2/options/2"}) {
  Serving box = serving(with_options(scratch(), {"strictatime", "nodiratime"}));

  EXPECT_THAT(mount_at(box, kFresh).options, Contains("nodiratime"));
  EXPECT_THAT(mount_at(box, kBound).options, Contains("nodiratime"));
  EXPECT_FALSE(bound(box, scratch()).listing_is_noted("listed"));
  EXPECT_TRUE(bound(box, scratch()).reading_is_noted("read"));
}

CONFORMANCE_CASE(mounts, opt_diratime, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "diratime after nodiratime takes it back: the access times of directories are updated",
                 .needs = {need::root},
                 .faults = {"config:drop:/mounts/1/options/2", "config:drop:/mounts/2/options/3"}) {
  Serving box = serving(with_options(scratch(), {"strictatime", "nodiratime", "diratime"}));

  EXPECT_THAT(mount_at(box, kFresh).options, Not(Contains("nodiratime")));
  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("nodiratime")));
  EXPECT_TRUE(bound(box, scratch()).listing_is_noted("listed"));
}

}  // namespace runproof
