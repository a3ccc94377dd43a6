// What a bind takes over from its source, and what its options change of that, as mount(8) does it.
#include <gmock/gmock.h>
#include <sys/mount.h>

#include "cases/support/mounts.h"
#include "harness/case.h"

namespace runproof {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Not;

/// Binds of one source of ours, a mount with these MS_* flags: mounts[1] at /first, and so on. Under OwnMounts.
Config with_binds(const std::filesystem::path& source, unsigned long flags,
                  const std::vector<std::pair<std::string, std::vector<std::string>>>& binds) {
  mount_tmpfs(source, flags);
  Config config = Config::minimal({});
  for (const auto& [destination, options] : binds) {
    config.mount({.destination = destination, .type = "", .source = source.string(), .options = options});
  }
  return config;
}

}  // namespace

CONFORMANCE_CASE(mounts, bind_no_flags_keep, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "a bind without flags of its own keeps those of its source", .needs = {need::root},
                 .faults = {"config:set:/mounts/1/options=[\"bind\",\"suid\",\"dev\",\"exec\"]"}) {
  const OwnMounts ours;
  Serving box = serving(with_binds(scratch() / "source", MS_NOSUID | MS_NODEV | MS_NOEXEC, {{"/first", {"bind"}}}));

  EXPECT_THAT(mount_at(box, "/first").options, AllOf(Contains("nosuid"), Contains("nodev"), Contains("noexec")));
}

CONFORMANCE_CASE(mounts, bind_clear_flag, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "a bind with dev, suid, exec and rw has none of the flags that its source has",
                 .needs = {need::root},
                 .faults = {"config:set:/mounts/1/options=[\"bind\"]", "config:drop:/mounts/1/options/4"}) {
  const OwnMounts ours;
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY;
  Serving box = serving(with_binds(scratch() / "source", kFlags, {{"/first", {"bind", "dev", "suid", "exec", "rw"}}}));

  EXPECT_THAT(mount_at(box, "/first").options,
              AllOf(Contains("rw"), Not(Contains("nosuid")), Not(Contains("nodev")), Not(Contains("noexec"))));
}

CONFORMANCE_CASE(mounts, bind_atime_semantics, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "a bind keeps its source's noatime unless one of its options says otherwise",
                 .needs = {need::root},
                 .faults = {"config:set:/mounts/1/options/1=\"relatime\"", "config:drop:/mounts/2/options/1",
                            "config:drop:/mounts/3/options/1"}) {
  const OwnMounts ours;
  Serving box = serving(with_binds(
      scratch() / "source", MS_NOATIME,
      {{"/first", {"bind", "nosuid"}}, {"/second", {"bind", "relatime"}}, {"/third", {"bind", "strictatime"}}}));

  EXPECT_THAT(mount_at(box, "/first").options, Contains("noatime"));
  EXPECT_THAT(mount_at(box, "/second").options, AllOf(Contains("relatime"), Not(Contains("noatime"))));
  EXPECT_THAT(mount_at(box, "/third").options, AllOf(Not(Contains("relatime")), Not(Contains("noatime"))));
}

CONFORMANCE_CASE(mounts, bind_symfollow_semantics, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "a read-only bind keeps its source's nosymfollow unless symfollow says otherwise",
                 .needs = {need::root, need::mount_setattr}, .features = {"mount_option.nosymfollow"},
                 .faults = {"config:set:/mounts/1/options/1=\"symfollow\"", "config:drop:/mounts/2/options/2"}) {
  const OwnMounts ours;
  Serving box = serving(with_binds(scratch() / "source", MS_NOSYMFOLLOW,
                                   {{"/first", {"bind", "ro"}}, {"/second", {"bind", "ro", "symfollow"}}}));

  EXPECT_THAT(mount_at(box, "/first").options, AllOf(Contains("ro"), Contains("nosymfollow")));
  EXPECT_THAT(mount_at(box, "/second").options, AllOf(Contains("ro"), Not(Contains("nosymfollow"))));
}

}  // namespace runproof
