// Where a container's cgroups are, and which ones it cannot have.
#include <gmock/gmock.h>

#include "cases/support/cgroups.h"
#include "cases/support/limits.h"
#include "harness/case.h"

namespace runproof {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::IsEmpty;
using testing::IsSubsetOf;
using testing::Not;

std::vector<std::filesystem::path> directories_of(const Container& box) {
  std::vector<std::filesystem::path> directories;
  for (const Cgroup& group : box.cgroups()) directories.push_back(group.dir);
  return directories;
}

/// The directories of `path`, from the mount point of each hierarchy.
std::vector<std::filesystem::path> directories_at(const std::string& path) {
  std::vector<std::filesystem::path> directories;
  for (const Hierarchy& hierarchy : mounted_hierarchies()) directories.push_back(hierarchy.mount.string() + path);
  return directories;
}

/// Those that were there: they are no groups, and not to stay.
std::vector<std::filesystem::path> removed(std::vector<std::filesystem::path> directories) {
  std::erase_if(directories, [](const auto& directory) { return std::filesystem::remove_all(directory) == 0; });
  return directories;
}

Config at(const std::string& path) { return Config::minimal({"/probe", "pause"}).cgroups_path(path); }

}  // namespace

CONFORMANCE_CASE(cgroup, path_absolute, .clause = "config-linux.md#cgroups-path", .level = must,
                 .claim = "an absolute cgroupsPath is below the mount point of each hierarchy that the container is in",
                 .needs = {need::root, need::cgroups}, .faults = {"config:drop:/linux/cgroupsPath"}) {
  const ForeignGroups above(fresh_id());
  const std::string path = above.path() + "/deep/inner";
  const Container box = created(at(path));

  EXPECT_THAT(directories_of(box), Not(IsEmpty()));
  EXPECT_THAT(directories_of(box), IsSubsetOf(directories_at(path)));
}

struct Form {
  std::string_view name;
  std::string_view start;
};
constexpr Form kForms[] = {{"absolute", "/"}, {"relative", ""}};

CONFORMANCE_CASE_FOR(cgroup, path_consistent, form, kForms, .clause = "config-linux.md#cgroups-path", .level = must,
                     .claim = "two containers with the same cgroupsPath, one after the other, are in the same place",
                     .needs = {need::root, need::cgroups}, .faults = {"config:drop:/linux/cgroupsPath"}) {
  const std::string path = std::string(form.start) + fresh_id();
  Container first = created(at(path));
  const auto directories = directories_of(first);
  require(first.remove({.force = true}));

  EXPECT_THAT(directories, Not(IsEmpty()));
  EXPECT_EQ(directories_of(created(at(path))), directories);
}

CONFORMANCE_CASE(cgroup, path_invalid, .clause = "config-linux.md#cgroups-path", .level = must,
                 .claim =
                     "a cgroupsPath that climbs is an error, or the container is in cgroups of its own: in no case "
                     "outside of the hierarchies",
                 .needs = {need::root, need::cgroups}, .faults = {"create_failure_exits_zero"}) {
  const std::string path = "/../" + fresh_id();
  Container box = container(at(path));

  const Answer answer = box.create();
  EXPECT_THAT(answer, AnyOf(FailsCleanly(), Succeeds()));
  EXPECT_TRUE(!answer.ok() || !box.cgroups().empty()) << "it was created, and is in no cgroup of its own";
  EXPECT_THAT(removed(directories_at(path)), IsEmpty());
}

CONFORMANCE_CASE(cgroup, frozen_refused, .clause = "config-linux.md#control-groups", .level = must,
                 .claim = "a cgroup that is frozen is an error of create, which does not wait for its thaw",
                 .needs = {need::root, need::freezer_v1}, .faults = {"config:drop:/linux/cgroupsPath"}) {
  const ForeignGroups groups(fresh_id());
  const FrozenV1 frozen(freezer_of(groups.groups()));

  EXPECT_THAT(container(at(groups.path())).create(), FailsCleanly());
  EXPECT_TRUE(groups.all_exist());
}

CONFORMANCE_CASE(cgroup, frozen_refused_v2, .clause = "config-linux.md#control-groups", .level = must,
                 .claim = "a cgroup of v2 that is frozen is an error of create, which does not wait for its thaw",
                 .needs = {need::root, need::cgroup_v2}, .faults = {"config:drop:/linux/cgroupsPath"}) {
  const ForeignGroups groups(fresh_id());
  set_control(groups.groups(), "cgroup.freeze", "1");

  EXPECT_THAT(container(at(groups.path())).create(), FailsCleanly());
  EXPECT_TRUE(groups.all_exist());
}

CONFORMANCE_CASE(cgroup, non_empty_refused, .clause = "config-linux.md#control-groups", .level = may,
                 .claim = "a cgroup that holds processes is an error of create, and they live on",
                 .needs = {need::root, need::cgroups}, .faults = {"config:drop:/linux/cgroupsPath"}) {
  const std::string name = fresh_id();
  Container box = container(at("/" + name));
  const ForeignGroups groups(name);
  Running neighbour = start({.argv = {context().probe.string(), "pause"}});
  groups.take_in(neighbour.pid());

  EXPECT_THAT(box.create(), FailsCleanly());
  EXPECT_THAT(groups.groups().front().procs(), Contains(neighbour.pid()));
}

CONFORMANCE_CASE(cgroup, memory_check_before_update, .clause = "config-linux.md#memory", .level = must,
                 .claim = "with checkBeforeUpdate update refuses a limit below the usage, and nobody is killed",
                 .needs = {need::root, need::memory_controller}, .features = {"update"}, .faults = {"set_resources"},
                 .since = "1.1.0") {
  Serving box = serving(limited("/memory/limit", 128 * kMiB).resource("/memory/swap", 128 * kMiB));
  const Json held = box.ask({"allocate", "64"});
  const std::string limits = R"({"memory": {"limit": 16777216, "checkBeforeUpdate": true}})";

  EXPECT_THAT(held, Field("bytes", 64 * kMiB));
  EXPECT_THAT(box.call({"update", "--resources", "-", box.id()}, limits), FailsCleanly());
  EXPECT_THAT(box.init(), IsAlive());
}

}  // namespace runproof
