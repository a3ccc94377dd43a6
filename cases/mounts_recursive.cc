// Recursive mount attributes: they hold for a bind's top mount and for all that is mounted below it.
#include <gmock/gmock.h>
#include <sys/mount.h>

#include "cases/support/mounts.h"
#include "harness/case.h"

namespace runproof {
using testing::Contains;
using testing::Not;

CONFORMANCE_CASE(mounts, opt_rro, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "nothing can be written to a tree with rro", .needs = {need::root, need::mount_setattr},
                 .features = {"mount_option.rro"},
                 .faults = {"mount_recursive_dropped", "config:set:/mounts/1/options/1=\"ro\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch()), "rro"));

  EXPECT_THAT(mount_at(box, kBound).options, Contains("ro"));
  EXPECT_THAT(mount_at(box, kBelow).options, Contains("ro"));
  EXPECT_THAT(bound(box, scratch()).make_file(), Field("errno", "EROFS"));
  EXPECT_THAT(below(box, scratch()).make_file(), Field("errno", "EROFS"));
  EXPECT_FALSE(bound(box, scratch()).has_new_file());
  EXPECT_FALSE(below(box, scratch()).has_new_file());
}

CONFORMANCE_CASE(mounts, opt_rrw, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "a read-only tree with rrw can be written to", .needs = {need::root, need::mount_setattr},
                 .features = {"mount_option.rrw"},
                 .faults = {"mount_recursive_dropped", "config:set:/mounts/1/options/1=\"rw\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch(), MS_RDONLY), "rrw"));

  EXPECT_THAT(mount_at(box, kBound).options, Contains("rw"));
  EXPECT_THAT(mount_at(box, kBelow).options, Contains("rw"));
  EXPECT_THAT(bound(box, scratch()).make_file(), Field("written", 1));
  EXPECT_THAT(below(box, scratch()).make_file(), Field("written", 1));
  EXPECT_TRUE(bound(box, scratch()).has_new_file());
  EXPECT_TRUE(below(box, scratch()).has_new_file());
}

CONFORMANCE_CASE(mounts, opt_rnoexec, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "no program of a tree with rnoexec can be executed",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.rnoexec"},
                 .faults = {"mount_recursive_dropped", "config:set:/mounts/1/options/1=\"noexec\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch()), "rnoexec"));

  EXPECT_THAT(mount_at(box, kBound).options, Contains("noexec"));
  EXPECT_THAT(mount_at(box, kBelow).options, Contains("noexec"));
  EXPECT_THAT(bound(box, scratch()).execute(), Field("errno", "EACCES"));
  EXPECT_THAT(below(box, scratch()).execute(), Field("errno", "EACCES"));
}

CONFORMANCE_CASE(mounts, opt_rexec, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "programs of a noexec tree with rexec can be executed",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.rexec"},
                 .faults = {"mount_recursive_dropped", "config:set:/mounts/1/options/1=\"exec\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch(), MS_NOEXEC), "rexec"));

  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("noexec")));
  EXPECT_THAT(mount_at(box, kBelow).options, Not(Contains("noexec")));
  EXPECT_THAT(bound(box, scratch()).execute(), Field("exit", 0));
  EXPECT_THAT(below(box, scratch()).execute(), Field("exit", 0));
}

CONFORMANCE_CASE(mounts, opt_rnosuid, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "in a tree with rnosuid set-user-ID bits do nothing",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.rnosuid"},
                 .faults = {"mount_recursive_dropped", "config:set:/mounts/1/options/1=\"nosuid\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch()), "rnosuid").user(1000, 1000));

  EXPECT_THAT(mount_at(box, kBound).options, Contains("nosuid"));
  EXPECT_THAT(mount_at(box, kBelow).options, Contains("nosuid"));
  EXPECT_EQ(bound(box, scratch()).runs_as(), 1000);
  EXPECT_EQ(below(box, scratch()).runs_as(), 1000);
}

CONFORMANCE_CASE(mounts, opt_rsuid, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "set-user-ID programs of a nosuid tree with rsuid run as their owner",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.rsuid"},
                 .faults = {"mount_recursive_dropped", "config:set:/mounts/1/options/1=\"suid\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch(), MS_NOSUID), "rsuid").user(1000, 1000));

  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("nosuid")));
  EXPECT_THAT(mount_at(box, kBelow).options, Not(Contains("nosuid")));
  EXPECT_EQ(bound(box, scratch()).runs_as(), 0);
  EXPECT_EQ(below(box, scratch()).runs_as(), 0);
}

CONFORMANCE_CASE(mounts, opt_rdev, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "device nodes of a nodev tree with rdev can be opened",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.rdev"},
                 .faults = {"mount_recursive_dropped", "config:set:/mounts/1/options/1=\"dev\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch(), MS_NODEV), "rdev"));

  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("nodev")));
  EXPECT_THAT(mount_at(box, kBelow).options, Not(Contains("nodev")));
  EXPECT_THAT(bound(box, scratch()).use_device(), Field("written", 1));
  EXPECT_THAT(below(box, scratch()).use_device(), Field("written", 1));
}

CONFORMANCE_CASE(mounts, opt_rnodev, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "no device node of a tree with rnodev can be opened",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.rnodev"},
                 .faults = {"mount_recursive_dropped", "config:set:/mounts/1/options/1=\"nodev\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch()), "rnodev"));

  EXPECT_THAT(mount_at(box, kBound).options, Contains("nodev"));
  EXPECT_THAT(mount_at(box, kBelow).options, Contains("nodev"));
  EXPECT_THAT(bound(box, scratch()).use_device(), Field("errno", "EACCES"));
  EXPECT_THAT(below(box, scratch()).use_device(), Field("errno", "EACCES"));
}

CONFORMANCE_CASE(mounts, opt_rnosymfollow, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "no symbolic link of a tree with rnosymfollow is followed",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.rnosymfollow"},
                 .faults = {"mount_recursive_dropped", "config:set:/mounts/1/options/1=\"nosymfollow\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch()), "rnosymfollow"));

  EXPECT_THAT(mount_at(box, kBound).options, Contains("nosymfollow"));
  EXPECT_THAT(mount_at(box, kBelow).options, Contains("nosymfollow"));
  EXPECT_THAT(bound(box, scratch()).follow_link(), Field("errno", "ELOOP"));
  EXPECT_THAT(below(box, scratch()).follow_link(), Field("errno", "ELOOP"));
}

CONFORMANCE_CASE(mounts, opt_rsymfollow, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "symbolic links of a nosymfollow tree with rsymfollow are followed",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.rsymfollow"},
                 .faults = {"mount_recursive_dropped", "config:set:/mounts/1/options/1=\"symfollow\""}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch(), MS_NOSYMFOLLOW), "rsymfollow"));

  EXPECT_THAT(mount_at(box, kBound).options, Not(Contains("nosymfollow")));
  EXPECT_THAT(mount_at(box, kBelow).options, Not(Contains("nosymfollow")));
  EXPECT_THAT(bound(box, scratch()).follow_link(), Field("text", "of the host"));
  EXPECT_THAT(below(box, scratch()).follow_link(), Field("text", "of the host"));
}

CONFORMANCE_CASE(mounts, opt_ro_not_recursive, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "ro makes the bind's top mount read-only and leaves what is mounted below it",
                 .needs = {need::root},
                 .faults = {"config:set:/mounts/1/options/1=\"rro\"", "config:drop:/mounts/1/options/1"}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch()), "ro"));

  EXPECT_THAT(bound(box, scratch()).make_file(), Field("errno", "EROFS"));
  EXPECT_THAT(below(box, scratch()).make_file(), Field("written", 1));
  EXPECT_TRUE(below(box, scratch()).has_new_file());
}

CONFORMANCE_CASE(mounts, opt_ro_plus_rro, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "ro and rro together make the whole tree read-only",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.rro"},
                 .faults = {"mount_recursive_dropped", "config:drop:/mounts/1/options/2"}) {
  const OwnMounts ours;
  Serving box = serving(with_tree(furnished_tree(scratch()), "ro").set("/mounts/1/options/-", "rro"));

  EXPECT_THAT(bound(box, scratch()).make_file(), Field("errno", "EROFS"));
  EXPECT_THAT(below(box, scratch()).make_file(), Field("errno", "EROFS"));
}

}  // namespace runproof
