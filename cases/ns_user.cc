// User namespaces: their mappings, and what they mean for users and files.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys_error.h"
#include "cases/support/isolation.h"
#include "cases/support/usual_mounts.h"
#include "harness/case.h"

namespace runproof {
namespace {

using Lines = std::vector<IdMapLine>;

struct Maps {
  Lines users;
  Lines groups;
  bool operator==(const Maps&) const = default;
};

Json as_json(const Lines& lines) {
  Json out = Json::array();
  for (const IdMapLine& line : lines)
    out.push_back({{"containerID", line.inside}, {"hostID", line.outside}, {"size", line.count}});
  return out;
}

/// How GoogleTest prints them.
void PrintTo(const Maps& maps, std::ostream* stream) {
  *stream << "users " << as_json(maps.users) << ", groups " << as_json(maps.groups);
}

/// With a tmpfs at /dev: mapped users own nothing of the bundle's file system.
Config mapped(const Maps& maps) {
  return with_user_namespace(with_dev(Config::minimal({})), as_json(maps.users), as_json(maps.groups));
}

Lines seen_inside(Serving& box, const std::string& file) {
  return parse_id_map(box.ask({"read", "/proc/self/" + file}).at("text").get<std::string>());
}

/// The map of `file`, if the container and the host see the same.
Lines map_of(Serving& box, const std::string& file) {
  const Lines inside = seen_inside(box, file);
  Lines outside = id_map_of(box.pid(), file).value_or(Lines{});
  if (inside != outside) throw CaseFailed("the container and the host disagree about " + file);
  return outside;
}

Maps maps_of(Serving& box) { return {.users = map_of(box, "uid_map"), .groups = map_of(box, "gid_map")}; }

const Maps kWide = {.users = {{0, 100'000, 65'536}}, .groups = {{0, 100'000, 65'536}}};

}  // namespace

CONFORMANCE_CASE(ns, user_mapping_single, .clause = "config-linux.md#user-namespace-mappings", .level = descr,
                 .claim = "one range of ids is mapped as configured", .needs = {need::root, need::user_namespaces},
                 .faults = {"write_id_maps", "config:set:/linux/uidMappings/0/hostID=300000",
                            "config:set:/linux/gidMappings/0/hostID=300000"}) {
  Serving box = serving(mapped(kWide));

  EXPECT_EQ(maps_of(box), kWide);
}

CONFORMANCE_CASE(ns, user_mapping_multi, .clause = "config-linux.md#user-namespace-mappings", .level = descr,
                 .claim = "several ranges are mapped as configured", .needs = {need::root, need::user_namespaces},
                 .faults = {"config:drop:/linux/uidMappings/1", "config:drop:/linux/gidMappings/1"}) {
  const Maps maps = {.users = {{0, 100'000, 1}, {1, 200'000, 10}}, .groups = {{0, 100'000, 1}, {1, 200'000, 10}}};
  Serving box = serving(mapped(maps));

  EXPECT_EQ(maps_of(box), maps);
}

CONFORMANCE_CASE(ns, user_mapping_uid_ne_gid, .clause = "config-linux.md#user-namespace-mappings", .level = descr,
                 .claim = "users and groups may have different ranges", .needs = {need::root, need::user_namespaces},
                 .faults = {"config:set:/linux/gidMappings/0/hostID=100000",
                            "config:set:/linux/uidMappings/0/size=20"}) {
  const Maps maps = {.users = {{0, 100'000, 10}}, .groups = {{0, 200'000, 20}}};
  Serving box = serving(mapped(maps));

  EXPECT_EQ(maps_of(box), maps);
}

CONFORMANCE_CASE(ns, user_mapping_full, .clause = "config-linux.md#user-namespace-mappings", .level = descr,
                 .claim = "all ids that there are can be mapped to themselves",
                 .needs = {need::root, need::user_namespaces},
                 .faults = {"config:set:/linux/uidMappings/0/size=1", "config:set:/linux/gidMappings/0/size=1"}) {
  const Maps maps = {.users = {{0, 0, 4'294'967'295}}, .groups = {{0, 0, 4'294'967'295}}};
  Serving box = serving(mapped(maps));

  EXPECT_EQ(maps_of(box), maps);
}

CONFORMANCE_CASE(ns, user_mapping_permuted, .clause = "config-linux.md#user-namespace-mappings", .level = descr,
                 .claim = "the host's ids may be in any order, with resources set, too",
                 .needs = {need::root, need::user_namespaces, need::pids_controller},
                 .faults = {"config:set:/linux/uidMappings/0/hostID=300000",
                            "config:set:/linux/gidMappings/0/hostID=300000"}) {
  const Maps maps = {.users = {{0, 100'005, 1}, {1, 100'003, 1}, {2, 100'001, 1}},
                     .groups = {{0, 100'006, 1}, {1, 100'004, 1}}};
  Serving box = serving(mapped(maps).resource("/pids/limit", 100));

  EXPECT_EQ(maps_of(box), maps);
}

CONFORMANCE_CASE(ns, user_mapping_missing, .clause = "config.md#valid-values", .level = must,
                 .claim = "a new user namespace without mappings is refused",
                 .needs = {need::root, need::user_namespaces}, .faults = {"config:drop:/linux/namespaces/4"}) {
  EXPECT_THAT(container(Config::minimal({"/probe", "true"}).with_new(Namespace::user)).create(), FailsCleanly());
}

struct Misfit {
  std::string_view name;
  std::string_view mappings;
};
constexpr Misfit kMisfits[] = {{"negative", R"([{"containerID": 0, "hostID": -1, "size": 10}])"},
                               {"empty", R"([{"containerID": 0, "hostID": 100000, "size": 0}])"},
                               {"overlapping",
                                R"([{"containerID": 0, "hostID": 100000, "size": 10},
                                    {"containerID": 5, "hostID": 200000, "size": 10}])"}};

CONFORMANCE_CASE_FOR(ns, user_mapping_invalid, misfit, kMisfits, .clause = "config.md#valid-values", .level = must,
                     .claim = "a mapping with a negative number, without ids or that overlaps another is refused",
                     .needs = {need::root, need::user_namespaces},
                     .faults = {R"(config:set:/linux/uidMappings=[{"containerID":0,"hostID":100000,"size":65536}])"}) {
  Config config = mapped(kWide).args({"/probe", "true"});
  config.set("/linux/uidMappings", Json::parse(misfit.mappings));

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

struct Member {
  std::string_view name;
  std::string_view member;
};
constexpr Member kMembers[] = {{"container_id", "containerID"}, {"host_id", "hostID"}, {"size", "size"}};

CONFORMANCE_CASE_FOR(ns, user_mapping_required, required, kMembers, .clause = "config-linux.md#user-namespace-mappings",
                     .level = must, .claim = "a mapping without containerID, hostID or size is refused",
                     .needs = {need::root, need::user_namespaces},
                     .faults = {R"(config:set:/linux/uidMappings=[{"containerID":0,"hostID":100000,"size":65536}])"}) {
  Config config = mapped(kWide).args({"/probe", "true"});
  config.drop("/linux/uidMappings/0/" + std::string{required.member});

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, user_mapping_without_ns, .clause = "config.md#valid-values", .level = must,
                 .claim = "mappings without a user namespace are refused", .needs = {need::root},
                 .faults = {"config:drop:/linux/uidMappings"}) {
  Config config = Config::minimal({"/probe", "true"}).set("/linux/uidMappings", as_json(kWide.users));

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, user_no_chown, .clause = "config-linux.md#user-namespace-mappings", .level = should,
                 .claim = "the files of the root filesystem keep their owners on disk",
                 .needs = {need::root, need::user_namespaces}, .faults = {"config:drop:/linux/namespaces/4"}) {
  Bundle& bundle = bare_bundle();
  base::write_file(bundle.file("of-root"), "x");
  write(bundle, mapped(kWide).args({"/probe", "stat", "/of-root"}));
  Container box = container(bundle);

  EXPECT_THAT(played(box).of("stat"), Field("/~1of-root/uid", 65534));
  struct stat root {};
  ASSERT_EQ(::stat(bundle.rootfs().c_str(), &root), 0);
  EXPECT_EQ(root.st_uid, 0U);
}

CONFORMANCE_CASE(ns, user_root_inside, .clause = "config-linux.md#user-namespace-mappings", .level = descr,
                 .claim = "user 0 inside is the host's user that it is mapped to",
                 .needs = {need::root, need::user_namespaces},
                 .faults = {"become_namespace_root", "map_ids", "config:set:/process/user/uid=1",
                            "config:set:/linux/uidMappings/0/hostID=300000"}) {
  Serving box = serving(mapped(kWide));

  EXPECT_THAT(box.ask({"ids"}), testing::AllOf(Field("/uid/effective", 0), Field("/gid/effective", 0)));
  EXPECT_EQ(user_on_host(box.pid()), 100'000U);
}

CONFORMANCE_CASE(ns, user_nonroot_inside, .clause = "config-linux.md#user-namespace-mappings", .level = descr,
                 .claim = "user 1000 inside is the host's user that it is mapped to",
                 .needs = {need::root, need::user_namespaces},
                 .faults = {"config:set:/process/user/uid=0", "config:set:/linux/uidMappings/0/hostID=300000"}) {
  Serving box = serving(mapped(kWide).user(1000, 1000));

  EXPECT_THAT(box.ask({"ids"}), testing::AllOf(Field("/uid/effective", 1000), Field("/gid/effective", 1000)));
  EXPECT_EQ(user_on_host(box.pid()), 101'000U);
}

CONFORMANCE_CASE(ns, user_setgroups, .clause = "config-linux.md#user-namespace-mappings", .level = descr,
                 .claim = "a mapping that a privileged runtime made lets the program set its groups",
                 .needs = {need::root, need::user_namespaces}, .faults = {"write_id_maps"}) {
  Serving box = serving(mapped(kWide));

  EXPECT_THAT(box.ask({"read", "/proc/self/setgroups"}), Field("text", "allow\n"));
}

CONFORMANCE_CASE(ns, user_bind_accessible, .clause = "config-linux.md#namespaces", .level = descr,
                 .claim = "a bind of a directory that anybody may read can be read in a user namespace",
                 .needs = {need::root, need::user_namespaces}, .faults = {"config:drop:/mounts/3"}) {
  const std::filesystem::path source = scratch() / "source";
  furnish(source);
  Bundle& bundle = bare_bundle();
  std::filesystem::create_directory(bundle.file("bound"));
  write(bundle, mapped(kWide)
                    .mount({.destination = "/bound", .type = "", .source = source.string(), .options = {"rbind"}})
                    .args({"/probe", "read", "/bound/text"}));
  Container box = container(bundle);

  EXPECT_THAT(played(box).of("read"), Field("text", "of the host"));
}

}  // namespace runproof
