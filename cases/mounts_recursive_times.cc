// Recursive mount attributes that decide when access times are written.
#include <gmock/gmock.h>
#include <sys/mount.h>

#include "cases/support/mounts.h"
#include "harness/case.h"

namespace runproof {
using testing::Contains;
using testing::Not;

CONFORMANCE_CASE(mounts, opt_rnoatime, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "access times in a tree with rnoatime stay as they are",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.rnoatime"},
                 .faults = {"mount_recursive_dropped", "config:set:/mounts/1/options/1=\"noatime\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch()), "rnoatime"));

  EXPECT_THAT(mount_at(box, kBound).options, Contains("noatime"));
  EXPECT_THAT(mount_at(box, kBelow).options, Contains("noatime"));
  EXPECT_FALSE(bound(box, scratch()).reading_is_noted("unread"));
  EXPECT_FALSE(below(box, scratch()).reading_is_noted("unread"));
}

CONFORMANCE_CASE(mounts, opt_ratime, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "access times in a noatime tree with ratime are updated",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.ratime"},
                 .faults = {"mount_recursive_dropped", "config:set:/mounts/1/options/1=\"atime\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch(), MS_NOATIME), "ratime"));

  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("noatime")));
  EXPECT_THAT(mount_at(box, kBelow).options, Not(Contains("noatime")));
  EXPECT_TRUE(bound(box, scratch()).reading_is_noted("unread"));
  EXPECT_TRUE(below(box, scratch()).reading_is_noted("unread"));
}

CONFORMANCE_CASE(mounts, opt_rrelatime, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "in a strictatime tree with rrelatime a read is noted once after each change",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.rrelatime"},
                 .faults = {"mount_recursive_dropped", "config:set:/mounts/1/options/1=\"relatime\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch(), MS_STRICTATIME), "rrelatime"));

  EXPECT_THAT(mount_at(box, kBound).options, Contains("relatime"));
  EXPECT_THAT(mount_at(box, kBelow).options, Contains("relatime"));
  EXPECT_TRUE(bound(box, scratch()).reading_is_noted("unread"));
  EXPECT_TRUE(below(box, scratch()).reading_is_noted("unread"));
  EXPECT_FALSE(bound(box, scratch()).reading_is_noted("read"));
  EXPECT_FALSE(below(box, scratch()).reading_is_noted("read"));
}

CONFORMANCE_CASE(mounts, opt_rnorelatime, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "rnorelatime is taken: a noatime tree does not become relatime",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.rnorelatime"},
                 .faults = {"config:set:/mounts/1/options/1=\"rrelatime\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch(), MS_NOATIME), "rnorelatime"));

  EXPECT_THAT(mount_at(box, kBound).options, Contains("noatime"));
  EXPECT_THAT(mount_at(box, kBelow).options, Contains("noatime"));
  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("relatime")));
  EXPECT_THAT(mount_at(box, kBelow).options, Not(Contains("relatime")));
}

CONFORMANCE_CASE(mounts, opt_rstrictatime, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "in a tree with rstrictatime every read is noted", .needs = {need::root, need::mount_setattr},
                 .features = {"mount_option.rstrictatime"},
                 .faults = {"mount_recursive_dropped", "config:set:/mounts/1/options/1=\"strictatime\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch()), "rstrictatime"));

  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("relatime")));
  EXPECT_THAT(mount_at(box, kBelow).options, Not(Contains("relatime")));
  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("noatime")));
  EXPECT_THAT(mount_at(box, kBelow).options, Not(Contains("noatime")));
  EXPECT_TRUE(bound(box, scratch()).reading_is_noted("read"));
  EXPECT_TRUE(below(box, scratch()).reading_is_noted("read"));
}

CONFORMANCE_CASE(mounts, opt_rnostrictatime, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "a strictatime tree with rnostrictatime has the kernel's default, relatime",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.rnostrictatime"},
                 .faults = {"mount_recursive_dropped", "config:set:/mounts/1/options/1=\"nostrictatime\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch(), MS_STRICTATIME), "rnostrictatime"));

  EXPECT_THAT(mount_at(box, kBound).options, Contains("relatime"));
  EXPECT_THAT(mount_at(box, kBelow).options, Contains("relatime"));
  EXPECT_FALSE(bound(box, scratch()).reading_is_noted("read"));
  EXPECT_FALSE(below(box, scratch()).reading_is_noted("read"));
}

CONFORMANCE_CASE(mounts, opt_rnodiratime, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "in a tree with rnodiratime the access times of directories stay as they are",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.rnodiratime"},
                 .faults = {"mount_recursive_dropped", "config:set:/mounts/1/options/1=\"nodiratime\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch(), MS_STRICTATIME), "rnodiratime"));

  EXPECT_THAT(mount_at(box, kBound).options, Contains("nodiratime"));
  EXPECT_THAT(mount_at(box, kBelow).options, Contains("nodiratime"));
  EXPECT_FALSE(bound(box, scratch()).listing_is_noted("listed"));
  EXPECT_FALSE(below(box, scratch()).listing_is_noted("listed"));
  EXPECT_TRUE(bound(box, scratch()).reading_is_noted("read"));
  EXPECT_TRUE(below(box, scratch()).reading_is_noted("read"));
}

CONFORMANCE_CASE(mounts, opt_rdiratime, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "in a nodiratime tree with rdiratime the access times of directories are updated",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.rdiratime"},
                 .faults = {"mount_recursive_dropped", "config:set:/mounts/1/options/1=\"diratime\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch(), MS_STRICTATIME | MS_NODIRATIME), "rdiratime"));

  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("nodiratime")));
  EXPECT_THAT(mount_at(box, kBelow).options, Not(Contains("nodiratime")));
  EXPECT_TRUE(bound(box, scratch()).listing_is_noted("listed"));
  EXPECT_TRUE(below(box, scratch()).listing_is_noted("listed"));
}

}  // namespace runproof
