// config.md#posix-platform-user.
#include <grp.h>
#include <sys/stat.h>

#include <set>

#include "cases/support/isolation.h"
#include "cases/support/told.h"
#include "cases/support/usual_mounts.h"
#include "harness/case.h"
#include "harness/observe/process.h"

namespace runproof {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

namespace {

constexpr int kProcessUser = 1234;
constexpr int kGroup = 4321;

Json all_four(int id) { return {{"real", id}, {"effective", id}, {"saved", id}, {"fs", id}}; }

/// A new user namespace whose ids 0 to `size` - 1 are others outside.
Config in_user_namespace(std::uint32_t size) {
  return with_user_namespace(with_dev(Config::minimal({"/probe", "ids"})), 100'000, size);
}

/// For ourselves, so for the runtime, too.
void take_groups(const std::vector<gid_t>& groups) {
  if (::setgroups(groups.size(), groups.data()) != 0) throw Broken("take supplementary groups", "setgroups failed");
}

std::set<int> groups_in(const Json& said) { return said.at("groups").get<std::set<int>>(); }

}  // namespace

CONFORMANCE_CASE(process, user_uid, .clause = "config.md#posix-platform-user", .level = must,
                 .claim = "the program's real, effective, saved and file-system uid are user.uid",
                 .needs = {need::root}, .faults = {"set_user"}) {
  Serving box = serving(Config::minimal({}).user(kProcessUser, kGroup));

  EXPECT_THAT(box.ask({"ids"}), Field("uid", all_four(kProcessUser)));
  EXPECT_THAT(proc_status(box.pid())->uids, Each(kProcessUser));
}

CONFORMANCE_CASE(process, user_gid, .clause = "config.md#posix-platform-user", .level = must,
                 .claim = "the program's real, effective, saved and file-system gid are user.gid",
                 .needs = {need::root}, .faults = {"set_groups"}) {
  Serving box = serving(Config::minimal({}).user(kProcessUser, kGroup));

  EXPECT_THAT(box.ask({"ids"}), Field("gid", all_four(kGroup)));
  EXPECT_THAT(proc_status(box.pid())->gids, Each(kGroup));
}

CONFORMANCE_CASE(process, user_additional_gids, .clause = "config.md#posix-platform-user", .level = descr,
                 .claim = "the program's supplementary groups are user.additionalGids", .needs = {need::root},
                 .faults = {"config:drop:/process/user/additionalGids"}) {
  Serving box = serving(Config::minimal({}).user(kProcessUser, kGroup, {10, 20, 100'000}));

  EXPECT_THAT(box.ask({"ids"}), Field("groups", Json{10, 20, 100'000}));
  EXPECT_THAT(proc_status(box.pid())->groups, UnorderedElementsAre(10, 20, 100'000));
}

CONFORMANCE_CASE(process, user_additional_gids_dup, .clause = "config.md#posix-platform-user", .level = descr,
                 .claim = "a group that is twice in user.additionalGids does no harm", .needs = {need::root},
                 .faults = {"config:drop:/process/user/additionalGids"}) {
  const Json said = ask(Config::minimal({}).user(kProcessUser, kGroup, {10, 10, 20, 20}), {"/probe", "ids"});

  EXPECT_EQ(groups_in(said), (std::set<int>{10, 20}));
}

CONFORMANCE_CASE(
    process, user_no_groups, .clause = "config.md#posix-platform-user", .level = descr,
    .claim = "without user.additionalGids the program has no supplementary groups, whatever the caller's are",
    .needs = {need::root}, .faults = {"set_groups"}) {
  take_groups({10, 20});

  Serving box = serving(Config::minimal({}).user(kProcessUser, kGroup));

  EXPECT_THAT(box.ask({"ids"}), Field("groups", Json::array()));
  EXPECT_THAT(proc_status(box.pid())->groups, IsEmpty());
}

CONFORMANCE_CASE(process, user_additional_gids_userns, .clause = "config.md#posix-platform-user", .level = descr,
                 .claim = "user.additionalGids are meant inside the container's user namespace",
                 .needs = {need::root, need::user_namespaces}, .faults = {"config:drop:/process/user/additionalGids"}) {
  Serving box = serving(in_user_namespace(65'536).user(0, 0, {10}));

  EXPECT_THAT(box.ask({"ids"}), Field("groups", Json{10}));
  EXPECT_THAT(proc_status(box.pid())->groups, ElementsAre(100'010));
}

CONFORMANCE_CASE(process, user_umask, .clause = "config.md#posix-platform-user", .level = descr,
                 .claim = "the program's umask is user.umask", .faults = {"set_umask"}, .since = "1.0.2") {
  Serving box = serving(Config::minimal({}).set("/process/user/umask", 027));

  EXPECT_THAT(box.ask({"ids"}), Field("umask", 027));
  EXPECT_EQ(proc_status(box.pid())->umask, 027);
}

CONFORMANCE_CASE(process, user_umask_unset, .clause = "config.md#posix-platform-user", .level = descr,
                 .claim = "without user.umask the program has the caller's umask", .faults = {"caller_umask_dropped"},
                 .since = "1.0.2") {
  Container box = container(Config::minimal({"/probe", "ids"}));
  ::umask(031);

  EXPECT_THAT(told(box, "ids"), Field("umask", 031));
}

CONFORMANCE_CASE(process, user_unmapped, .clause = "config.md#valid-values", .level = must,
                 .claim = "a user.uid that is not mapped in the container's user namespace is an error",
                 .needs = {need::root, need::user_namespaces}, .faults = {"config:set:/process/user/uid=0"}) {
  Container box = container(in_user_namespace(1000).user(2000, 0));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

}  // namespace runproof
