// Id-mapped mounts: whose the files of a bind are, inside and on disk (mount_setattr(2), MOUNT_ATTR_IDMAP).
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys_error.h"
#include "cases/support/isolation.h"
#include "cases/support/mounts.h"
#include "harness/case.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;

struct Range {
  std::int64_t inside = 0;
  std::int64_t outside = 0;
  std::int64_t size = 0;
};
using Ranges = std::vector<Range>;

const Ranges kUsers = {{0, 100'000, 1000}};
const Ranges kGroups = {{0, 200'000, 1000}};

Json mappings(const Ranges& ranges) {
  Json out = Json::array();
  for (const Range& range : ranges)
    out.push_back({{"containerID", range.inside}, {"hostID", range.outside}, {"size", range.size}});
  return out;
}

/// A directory that anybody may write to, with a `file` of user 1 and group 2.
fs::path owned(const fs::path& directory) {
  fs::create_directories(directory);
  fs::permissions(directory, fs::perms::all);
  base::write_file(directory / "file", "x");
  if (::chown((directory / "file").c_str(), 1, 2) != 0) throw base::SysError("chown");
  return directory;
}

Config empty_config() { return Config::minimal({}).oci_version("1.2.0"); }

/// A user namespace that maps ids as kUsers and kGroups do, but for root, which can make mount points in the root
/// filesystem.
Config with_mapped_ids(Config config) {
  return with_user_namespace(std::move(config), mappings({{0, 0, 1}, {1, 100'001, 999}}),
                             mappings({{0, 0, 1}, {1, 200'001, 999}}));
}

Config& bind(Config& config, const std::string& destination, const fs::path& source,
             const std::vector<std::string>& options) {
  return config.mount({.destination = destination, .type = "", .source = source.string(), .options = options});
}

/// One more mount: a bind with these options and mappings of its own.
Config& bind_mapped(Config& config, const std::string& destination, const fs::path& source,
                    const Ranges& users = kUsers, const Ranges& groups = kGroups,
                    const std::vector<std::string>& options = {"bind", "idmap"}) {
  Json entry = {{"destination", destination},
                {"source", source.string()},
                {"options", options},
                {"uidMappings", mappings(users)},
                {"gidMappings", mappings(groups)}};
  return config.set("/mounts/-", std::move(entry));
}

/// "user:group" of the file, as the container sees it.
std::string owner_of(Serving& box, const std::string& path) {
  const Json info = box.ask({"stat", path}).at(path);
  if (info.contains("errno")) throw CaseFailed(path + " is not there: " + info.dump());
  return std::to_string(info.at("uid").get<int>()) + ":" + std::to_string(info.at("gid").get<int>());
}

/// As the host sees it.
std::string owner_on_disk(const fs::path& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) throw CaseFailed(path.string() + " is not there");
  return std::to_string(info.st_uid) + ":" + std::to_string(info.st_gid);
}

/// A tmpfs of ours with another one below it, `below`, both owned(). Under OwnMounts.
fs::path owned_tree(const fs::path& directory) {
  mount_tmpfs(directory);
  owned(directory);
  mount_tmpfs(directory / "below");
  return owned(directory / "below").parent_path();
}

}  // namespace

CONFORMANCE_CASE(mounts, idmap_simple, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "an id-mapped bind shows the files as its mappings say",
                 .needs = {need::root, need::idmapped_mounts}, .features = {"idmap"},
                 .faults = {"config:set:/mounts/1/uidMappings/0/hostID=300000",
                            "config:set:/mounts/1/gidMappings/0/hostID=300000"},
                 .since = "1.2.0") {
  Config config = empty_config();
  Serving box = serving(bind_mapped(config, "/bound", owned(scratch() / "source")));

  EXPECT_EQ(owner_of(box, "/bound/file"), "100001:200002");
  EXPECT_EQ(owner_on_disk(scratch() / "source/file"), "1:2");
}

CONFORMANCE_CASE(mounts, idmap_simple_userns, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "with the container's own mappings an id-mapped bind shows the owners on disk",
                 .needs = {need::root, need::idmapped_mounts, need::user_namespaces}, .features = {"idmap"},
                 .faults = {"config:set:/mounts/1/uidMappings/0/hostID=300000",
                            "config:set:/mounts/1/gidMappings/0/hostID=300000"},
                 .since = "1.2.0") {
  Config config = with_mapped_ids(empty_config());
  Serving box = serving(bind_mapped(config, "/bound", owned(scratch() / "source")));

  EXPECT_EQ(owner_of(box, "/bound/file"), "1:2");
}

CONFORMANCE_CASE(mounts, idmap_write, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "what is made in an id-mapped bind is stored under the mapped owner",
                 .needs = {need::root, need::idmapped_mounts}, .features = {"idmap"},
                 .faults = {"config:set:/mounts/1/uidMappings/0/hostID=300000",
                            "config:set:/mounts/1/gidMappings/0/hostID=300000"},
                 .since = "1.2.0") {
  Config config = empty_config().user(100'003, 200'004);
  Serving box = serving(bind_mapped(config, "/bound", owned(scratch() / "source")));

  EXPECT_THAT(box.ask({"write", "/bound/new", "x"}), Field("written", 1));
  EXPECT_EQ(owner_of(box, "/bound/new"), "100003:200004");
  EXPECT_EQ(owner_on_disk(scratch() / "source/new"), "3:4");
}

CONFORMANCE_CASE(mounts, idmap_propagation, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "an id-mapped bind takes propagation options, too",
                 .needs = {need::root, need::idmapped_mounts}, .features = {"idmap"},
                 .faults = {"config:set:/mounts/1/uidMappings/0/hostID=300000", "config:drop:/mounts/1/options/2"},
                 .since = "1.2.0") {
  const OwnMounts ours;
  const fs::path source = owned_tree(scratch() / "source");
  set_propagation(source, MS_SHARED);
  Config config = empty_config();
  Serving box = serving(bind_mapped(config, "/bound", source, kUsers, kGroups, {"bind", "idmap", "private"}));

  EXPECT_EQ(owner_of(box, "/bound/file"), "100001:200002");
  EXPECT_EQ(mount_at(box, "/bound").propagation(), "private");
}

CONFORMANCE_CASE(mounts, idmap_relative_dest, .clause = "config.md#mounts", .level = must,
                 .claim = "an id-mapped bind may have a relative destination, which is taken from /",
                 .needs = {need::root, need::idmapped_mounts}, .features = {"idmap"},
                 .faults = {"config:set:/mounts/1/uidMappings/0/hostID=300000",
                            "config:set:/mounts/1/destination=\"tmp/bound\""},
                 .since = "1.2.0") {
  Config config = empty_config().cwd("/tmp");
  Serving box = serving(bind_mapped(config, "bound", owned(scratch() / "source")));

  EXPECT_EQ(owner_of(box, "/bound/file"), "100001:200002");
}

CONFORMANCE_CASE(mounts, idmap_next_to_bind, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "a plain bind of the same source is not mapped", .needs = {need::root, need::idmapped_mounts},
                 .features = {"idmap"},
                 .faults = {"config:set:/mounts/1/uidMappings/0/hostID=300000",
                            "config:set:/mounts/2/destination=\"/other\""},
                 .since = "1.2.0") {
  Config config = empty_config();
  const fs::path source = owned(scratch() / "source");
  bind_mapped(config, "/bound", source);
  Serving box = serving(bind(config, "/plain", source, {"bind"}));

  EXPECT_EQ(owner_of(box, "/bound/file"), "100001:200002");
  EXPECT_EQ(owner_of(box, "/plain/file"), "1:2");
}

CONFORMANCE_CASE(mounts, idmap_two, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "two id-mapped and two plain binds do not disturb each other",
                 .needs = {need::root, need::idmapped_mounts, need::user_namespaces}, .features = {"idmap"},
                 .faults = {"config:set:/mounts/1/uidMappings/0/hostID=300000",
                            "config:set:/mounts/3/uidMappings/0/hostID=300000"},
                 .since = "1.2.0") {
  Config config = with_mapped_ids(empty_config());
  const fs::path first = owned(scratch() / "first");
  const fs::path second = owned(scratch() / "second");
  bind_mapped(config, "/first", first);
  bind(config, "/plain", first, {"bind"});
  bind_mapped(config, "/second", second);
  Serving box = serving(bind(config, "/plainer", second, {"bind"}));

  EXPECT_EQ(owner_of(box, "/first/file"), "1:2");
  EXPECT_EQ(owner_of(box, "/second/file"), "1:2");
  EXPECT_EQ(owner_of(box, "/plain/file"), "65534:65534");
  EXPECT_EQ(owner_of(box, "/plainer/file"), "65534:65534");
}

CONFORMANCE_CASE(mounts, idmap_same_source_diff_map, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "each bind of one source has its own mappings", .needs = {need::root, need::idmapped_mounts},
                 .features = {"idmap"},
                 .faults = {"config:set:/mounts/1/uidMappings/0/hostID=300000",
                            "config:set:/mounts/2/uidMappings/0/hostID=100000"},
                 .since = "1.2.0") {
  Config config = empty_config();
  const fs::path source = owned(scratch() / "source");
  bind_mapped(config, "/first", source);
  Serving box = serving(bind_mapped(config, "/second", source, {{0, 300'000, 10}}, {{0, 400'000, 10}}));

  EXPECT_EQ(owner_of(box, "/first/file"), "100001:200002");
  EXPECT_EQ(owner_of(box, "/second/file"), "300001:400002");
}

CONFORMANCE_CASE(mounts, idmap_multi, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "a bind's own mappings are used, not those of the container's user namespace",
                 .needs = {need::root, need::idmapped_mounts, need::user_namespaces}, .features = {"idmap"},
                 .faults = {"config:set:/mounts/1/uidMappings/0/hostID=300000", "config:drop:/mounts/1/uidMappings"},
                 .since = "1.2.0") {
  Config config = with_mapped_ids(empty_config());
  bind_mapped(config, "/first", owned(scratch() / "first"), {{0, 100'010, 10}}, {{0, 200'020, 10}});
  Serving box =
      serving(bind_mapped(config, "/second", owned(scratch() / "second"), {{0, 100'030, 10}}, {{0, 200'040, 10}}));

  EXPECT_EQ(owner_of(box, "/first/file"), "11:22");
  EXPECT_EQ(owner_of(box, "/second/file"), "31:42");
}

CONFORMANCE_CASE(mounts, idmap_multi_line, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "a mapping may have several ranges", .needs = {need::root, need::idmapped_mounts},
                 .features = {"idmap"},
                 .faults = {"config:drop:/mounts/1/uidMappings/1", "config:drop:/mounts/1/gidMappings/0"},
                 .since = "1.2.0") {
  Config config = empty_config();
  const Ranges users = {{0, 100'000, 1}, {1, 300'000, 1}};
  const Ranges groups = {{2, 400'000, 1}, {0, 200'000, 1}};
  Serving box = serving(bind_mapped(config, "/bound", owned(scratch() / "source"), users, groups));

  EXPECT_EQ(owner_of(box, "/bound/file"), "300000:400000");
}

CONFORMANCE_CASE(mounts, idmap_default_non_recursive, .clause = "config.md#posix-platform-mounts", .level = should,
                 .claim = "mappings without idmap or ridmap map the top mount alone",
                 .needs = {need::root, need::idmapped_mounts}, .features = {"idmap"},
                 .faults = {"config:set:/mounts/1/uidMappings/0/hostID=300000",
                            "config:set:/mounts/1/options=[\"rbind\",\"ridmap\"]"},
                 .since = "1.2.0") {
  const OwnMounts ours;
  Config config = empty_config();
  const fs::path source = owned_tree(scratch() / "source");
  Serving box = serving(bind_mapped(config, "/bound", source, kUsers, kGroups, {"rbind"}));

  EXPECT_EQ(owner_of(box, "/bound/file"), "100001:200002");
  EXPECT_EQ(owner_of(box, "/bound/below/file"), "1:2");
}

CONFORMANCE_CASE(mounts, idmap_idmap_flag, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "idmap maps the top mount alone", .needs = {need::root, need::idmapped_mounts},
                 .features = {"idmap"},
                 .faults = {"config:set:/mounts/1/uidMappings/0/hostID=300000",
                            "config:set:/mounts/1/options/1=\"ridmap\""},
                 .since = "1.2.0") {
  const OwnMounts ours;
  Config config = empty_config();
  const fs::path source = owned_tree(scratch() / "source");
  Serving box = serving(bind_mapped(config, "/bound", source, kUsers, kGroups, {"rbind", "idmap"}));

  EXPECT_EQ(owner_of(box, "/bound/file"), "100001:200002");
  EXPECT_EQ(owner_of(box, "/bound/below/file"), "1:2");
}

CONFORMANCE_CASE(mounts, idmap_ridmap_flag, .clause = "config.md#linux-mount-options", .level = should,
                 .claim = "ridmap maps the mount and what is mounted below it",
                 .needs = {need::root, need::idmapped_mounts}, .features = {"idmap"},
                 .faults = {"config:set:/mounts/1/uidMappings/0/hostID=300000",
                            "config:set:/mounts/1/options/1=\"idmap\""},
                 .since = "1.2.0") {
  const OwnMounts ours;
  Config config = empty_config();
  const fs::path source = owned_tree(scratch() / "source");
  Serving box = serving(bind_mapped(config, "/bound", source, kUsers, kGroups, {"rbind", "ridmap"}));

  EXPECT_EQ(owner_of(box, "/bound/file"), "100001:200002");
  EXPECT_EQ(owner_of(box, "/bound/below/file"), "100001:200002");
}

CONFORMANCE_CASE(mounts, idmap_implied, .clause = "config.md#linux-mount-options", .level = may,
                 .claim = "an idmap bind without mappings has those of the container's user namespace",
                 .needs = {need::root, need::idmapped_mounts, need::user_namespaces}, .features = {"idmap"},
                 .faults = {"config:set:/mounts/1/options/1=\"ro\""}, .since = "1.2.0") {
  Config config = with_mapped_ids(empty_config());
  Serving box = serving(bind(config, "/bound", owned(scratch() / "source"), {"bind", "idmap"}));

  EXPECT_EQ(owner_of(box, "/bound/file"), "1:2");
}

CONFORMANCE_CASE(mounts, idmap_implied_recursive, .clause = "config.md#linux-mount-options", .level = may,
                 .claim =
                     "a ridmap bind without mappings has those of the container's user namespace, and so has what is "
                     "mounted below it",
                 .needs = {need::root, need::idmapped_mounts, need::user_namespaces}, .features = {"idmap"},
                 .faults = {"config:set:/mounts/1/options/1=\"idmap\""}, .since = "1.2.0") {
  const OwnMounts ours;
  Config config = with_mapped_ids(empty_config());
  Serving box = serving(bind(config, "/bound", owned_tree(scratch() / "source"), {"rbind", "ridmap"}));

  EXPECT_EQ(owner_of(box, "/bound/file"), "1:2");
  EXPECT_EQ(owner_of(box, "/bound/below/file"), "1:2");
}

CONFORMANCE_CASE(mounts, idmap_implied_joined, .clause = "config.md#linux-mount-options", .level = may,
                 .claim = "an idmap bind without mappings has those of the user namespace that the container joins",
                 .needs = {need::root, need::idmapped_mounts, need::user_namespaces}, .features = {"idmap"},
                 .faults = {"config:set:/mounts/1/options/1=\"ro\""}, .since = "1.2.0") {
  Serving owner = serving(with_mapped_ids(empty_config()));
  Config config = empty_config().joining(Namespace::user, "/proc/" + std::to_string(owner.pid()) + "/ns/user");
  Serving box = serving(bind(config, "/bound", owned(scratch() / "source"), {"bind", "idmap"}));

  EXPECT_EQ(owner_of(box, "/bound/file"), "1:2");
}

CONFORMANCE_CASE(mounts, idmap_no_mapping_no_userns, .clause = "config.md#linux-mount-options", .level = must,
                 .claim = "idmap without mappings is an error where the container has no user namespace",
                 .needs = {need::root, need::idmapped_mounts}, .features = {"idmap"},
                 .faults = {"config:set:/mounts/1/options=[\"bind\"]"}, .since = "1.2.0") {
  Config config = empty_config();
  bind(config, "/bound", owned(scratch() / "source"), {"bind", "idmap"});

  EXPECT_THAT(container(config.args({"/probe", "true"})).create(), FailsCleanly());
}

struct Half {
  std::string_view name;
  std::string_view missing;
};
constexpr Half kHalves[] = {{"uid", "/mounts/1/gidMappings"}, {"gid", "/mounts/1/uidMappings"}};

CONFORMANCE_CASE_FOR(mounts, idmap_uid_only, half, kHalves, .clause = "config.md#posix-platform-mounts", .level = must,
                     .claim = "uidMappings without gidMappings, or the other way round, are refused",
                     .needs = {need::root, need::idmapped_mounts}, .features = {"idmap"},
                     .faults = {"config:set:/mounts/1={\"destination\":\"/bound\",\"type\":\"tmpfs\"}"},
                     .since = "1.2.0") {
  Config config = empty_config();
  bind_mapped(config, "/bound", owned(scratch() / "source")).drop(half.missing);

  EXPECT_THAT(container(config.args({"/probe", "true"})).create(), FailsCleanly());
}

}  // namespace runproof
