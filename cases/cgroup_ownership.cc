// config-linux.md#cgroup-ownership: to whom the container's cgroup is given.
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include <set>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "cases/support/isolation.h"
#include "cases/support/own_mounts.h"
#include "harness/case.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::Each;

constexpr int kUser = 7;
constexpr uid_t kUserOnHost = 100'007;
constexpr const char* kList = "/sys/kernel/cgroup/delegate";
const std::set<std::string> kListedWithoutList = {"cgroup.procs", "cgroup.subtree_control", "cgroup.threads"};

/// A container that sees its cgroup, writable, as the root of its view.
Config with_cgroup() {
  return Config::minimal({"/probe", "pause"})
      .with_new(Namespace::cgroup)
      .mount({"/sys/fs/cgroup", "cgroup", "cgroup", {"nosuid", "noexec", "nodev"}});
}

/// The same in a user namespace, whose root is the host's: it can use the image as it is.
Config delegated() {
  const Json map = Json::array(
      {{{"containerID", 0}, {"hostID", 0}, {"size", 1}}, {{"containerID", 1}, {"hostID", 100'001}, {"size", 65'535}}});
  return with_user_namespace(with_cgroup().user(kUser, kUser), map, map);
}

uid_t owner_of(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) throw CaseFailed("there is no " + path.string());
  return status.st_uid;
}

std::set<uid_t> owners_of(const std::vector<Cgroup>& groups) {
  std::set<uid_t> owners;
  for (const Cgroup& group : groups) owners.insert(owner_of(group.dir));
  return owners;
}

/// The v2 group of its init.
fs::path directory_of(const Container& box) {
  const auto group = unified_cgroup_of(box.pid());
  if (!group) throw CaseFailed("container " + box.id() + " is in no group of cgroup v2");
  return group->dir;
}

/// The files of a directory that are not root's.
std::set<std::string> given_away(const fs::path& directory) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(directory))
    if (owner_of(entry.path()) != 0) names.insert(entry.path().filename());
  return names;
}

/// What the kernel lists for delegation and `directory` has.
std::set<std::string> listed_in(const fs::path& directory) {
  std::set<std::string> names;
  const std::string list = base::read_file(kList);
  for (const std::string_view name : base::words(list))
    if (fs::exists(directory / name)) names.emplace(name);
  return names;
}

/// Under OwnMounts: the kernel's list says something else.
void put_list(const fs::path& file, const std::string& text) {
  base::write_file(file, text);
  if (::mount(file.c_str(), kList, nullptr, MS_BIND, nullptr) != 0) throw base::SysError("bind over the list");
}

}  // namespace

CONFORMANCE_CASE(
    cgroup, delegation_rw_cgroupns, .clause = "config-linux.md#cgroup-ownership", .level = should,
    .claim =
        "a cgroup that is mounted writable, in a cgroup namespace of its own, is given to the user on the host that "
        "process.user.uid maps to",
    .needs = {need::root, need::cgroup_v2, need::user_namespaces, need::cgroup_namespaces},
    .faults = {"delegation_dropped", "config:set:/process/user/uid=0"}, .since = "1.1.0") {
  const Container box = created(delegated());

  EXPECT_EQ(owner_of(directory_of(box)), kUserOnHost);
  EXPECT_EQ(owner_of(directory_of(box) / "cgroup.procs"), kUserOnHost);
}

CONFORMANCE_CASE(cgroup, delegation_ro, .clause = "config-linux.md#cgroup-ownership", .level = should,
                 .claim = "a cgroup that is mounted read-only stays root's",
                 .needs = {need::root, need::cgroup_v2, need::user_namespaces, need::cgroup_namespaces},
                 .faults = {"delegation_always", "config:set:/mounts/1/options=[\"nosuid\"]"}, .since = "1.1.0") {
  EXPECT_EQ(owner_of(directory_of(created(delegated().set("/mounts/1/options", {"nosuid", "ro"})))), 0U);
}

CONFORMANCE_CASE(cgroup, delegation_no_mount, .clause = "config-linux.md#cgroup-ownership", .level = should,
                 .claim = "a cgroup that is not mounted in the container stays root's",
                 .needs = {need::root, need::cgroup_v2, need::user_namespaces, need::cgroup_namespaces},
                 .faults = {"delegation_always"}, .since = "1.1.0") {
  EXPECT_EQ(owner_of(directory_of(created(delegated().drop("/mounts/1")))), 0U);
}

CONFORMANCE_CASE(cgroup, delegation_no_cgroupns, .clause = "config-linux.md#cgroup-ownership", .level = should,
                 .claim = "without a cgroup namespace of the container's own its cgroup stays root's",
                 .needs = {need::root, need::cgroup_v2, need::user_namespaces, need::cgroup_namespaces},
                 .faults = {"delegation_always"}, .since = "1.1.0") {
  EXPECT_EQ(owner_of(directory_of(created(delegated().without(Namespace::cgroup)))), 0U);
}

CONFORMANCE_CASE(cgroup, delegation_files, .clause = "config-linux.md#cgroup-ownership", .level = should,
                 .claim = "of a cgroup that is given away only the files change owner that the kernel lists",
                 .needs = {need::root, need::cgroup_v2, need::user_namespaces, need::cgroup_namespaces},
                 .faults = {"delegation_of_limits", "delegation_dropped"}, .since = "1.1.0") {
  const Container box = created(delegated());

  EXPECT_EQ(given_away(directory_of(box)), listed_in(directory_of(box)));
}

CONFORMANCE_CASE(cgroup, delegation_missing_files, .clause = "config-linux.md#cgroup-ownership", .level = must,
                 .claim = "a file that the kernel lists and the cgroup does not have is no error",
                 .needs = {need::root, need::cgroup_v2, need::user_namespaces, need::cgroup_namespaces},
                 .faults = {"delegation_needs_every_file"}, .since = "1.1.0") {
  Container box = container(delegated());
  const OwnMounts own;
  put_list(scratch() / "delegate", "cgroup.procs\nrunproof.no_such_file\ncgroup.threads\n");

  ASSERT_THAT(box.create(), Succeeds());
  EXPECT_EQ(owner_of(directory_of(box) / "cgroup.threads"), owner_of(directory_of(box)));
}

CONFORMANCE_CASE(cgroup, delegation_fallback_list, .clause = "config-linux.md#cgroup-ownership", .level = must,
                 .claim =
                     "without the kernel's list a runtime that gives the cgroup away gives away cgroup.procs, "
                     "cgroup.subtree_control and cgroup.threads, and nothing else",
                 .needs = {need::root, need::cgroup_v2, need::user_namespaces, need::cgroup_namespaces},
                 .faults = {"delegation_without_list_dropped", "delegation_of_limits"}, .since = "1.1.0") {
  Container box = container(delegated());
  const OwnMounts own;
  mount_tmpfs(fs::path(kList).parent_path());
  require(box.create());

  const bool given = owner_of(directory_of(box)) != 0;
  EXPECT_EQ(given_away(directory_of(box)), given ? kListedWithoutList : std::set<std::string>{});
}

CONFORMANCE_CASE(cgroup, delegation_v1, .clause = "config-linux.md#cgroup-ownership", .level = should,
                 .claim = "on cgroup v1 the owner of the container's cgroups is not changed",
                 .needs = {need::root, need::cgroup_v1, need::cgroup_namespaces}, .faults = {"delegation_on_v1"},
                 .since = "1.1.0") {
  EXPECT_THAT(owners_of(created(with_cgroup().user(kUser, kUser)).cgroups()), AllOf(Contains(0U), Each(0U)));
}

}  // namespace runproof
