// config.md#root.
#include <sys/mount.h>

#include <filesystem>

#include "base/file.h"
#include "cases/support/hooked.h"
#include "cases/support/isolation.h"
#include "cases/support/own_mounts.h"
#include "cases/support/told.h"
#include "cases/support/usual_mounts.h"
#include "harness/case.h"
#include "harness/observe/mountinfo.h"

namespace runproof {

namespace fs = std::filesystem;

namespace {

/// Where the container's root is, as the host sees it.
fs::path root_of(const Container& box) { return "/proc/" + std::to_string(box.pid()) + "/root"; }

/// The mount at "/" inside, as the kernel shows it for that process. Throws CaseFailed.
MountEntry root_mount(const Container& box) {
  const auto mounts = mounts_of(box.pid());
  const MountEntry* root = mounts ? find_mount(*mounts, "/") : nullptr;
  if (root == nullptr) throw CaseFailed("container " + box.id() + " has no mount at /");
  return *root;
}

std::vector<std::string> points_of(const Json& said) {
  std::vector<std::string> points;
  for (const Json& mount : said.at("mounts")) points.push_back(mount.at("target"));
  return points;
}

}  // namespace

CONFORMANCE_CASE(root, path_relative, .clause = "config.md#root", .level = descr,
                 .claim = "a relative root.path begins at the bundle, wherever the runtime is called",
                 .faults = {"config:set:/root/path=\".\""}) {
  Serving box = container_to_serve(Config::minimal({}).set("/root/path", "rootfs"));

  require(box.create({.cwd = scratch()}));
  box.serve();

  EXPECT_EQ(identity_of(root_of(box) / "."), identity_of(box.bundle().rootfs()));
}

CONFORMANCE_CASE(root, path_absolute, .clause = "config.md#root", .level = descr,
                 .claim = "root.path may be absolute, and lie outside of the bundle",
                 .faults = {"config:set:/root/path=\"rootfs\""}) {
  const Bundle& elsewhere = bare_bundle();
  base::write_file(elsewhere.file("/here"), "elsewhere");
  const Config config = Config::minimal({}).set("/root/path", elsewhere.rootfs().string());

  EXPECT_THAT(ask(config, {"/probe", "read", "/here"}), Field("text", "elsewhere"));
}

CONFORMANCE_CASE(root, path_missing, .clause = "config.md#root", .level = must,
                 .claim = "a root.path where nothing is, is an error", .faults = {"config:set:/root/path=\"rootfs\""}) {
  EXPECT_THAT(container(Config::minimal({"/probe", "true"}).set("/root/path", "nowhere")).create(), FailsCleanly());
}

CONFORMANCE_CASE(root, path_not_directory, .clause = "config.md#root", .level = must,
                 .claim = "a root.path that is a file is an error", .faults = {"config:set:/root/path=\"rootfs\""}) {
  EXPECT_THAT(container(Config::minimal({"/probe", "true"}).set("/root/path", "config.json")).create(), FailsCleanly());
}

CONFORMANCE_CASE(root, readonly_true, .clause = "config.md#root", .level = must,
                 .claim = "with root.readonly nothing can be written to the root file system",
                 .faults = {"make_root_readonly"}) {
  Serving box = serving(Config::minimal({}).readonly_root());

  EXPECT_THAT(box.ask({"write", "/new", "text"}), Field("errno", "EROFS"));
  EXPECT_THAT(box.ask({"write", "/tmp/new", "text"}), Field("errno", "EROFS"));
  EXPECT_TRUE(root_mount(box).has("ro"));
  EXPECT_FALSE(fs::exists(box.bundle().file("/new")));
}

CONFORMANCE_CASE(root, readonly_false, .clause = "config.md#root", .level = must,
                 .claim = "with root.readonly false the root file system is writable",
                 .faults = {"config:set:/root/readonly=true"}) {
  Serving box = serving(Config::minimal({}).readonly_root(false));

  EXPECT_THAT(box.ask({"write", "/new", "text"}), Field("written", 4));
  EXPECT_TRUE(root_mount(box).has("rw"));
  EXPECT_EQ(base::read_file_if_there(box.bundle().file("/new")), "text");
}

CONFORMANCE_CASE(root, readonly_unset, .clause = "config.md#root", .level = descr,
                 .claim = "without root.readonly the root file system is writable",
                 .faults = {"config:set:/root/readonly=true"}) {
  Serving box = serving(Config::minimal({}).drop("/root/readonly"));

  EXPECT_THAT(box.ask({"write", "/new", "text"}), Field("written", 4));
  EXPECT_TRUE(root_mount(box).has("rw"));
}

CONFORMANCE_CASE(root, readonly_userns_locked, .clause = "config.md#root", .level = must,
                 .claim = "root.readonly holds inside a user namespace, where the root's nodev and nosuid are locked",
                 .needs = {need::root, need::user_namespaces}, .faults = {"make_root_readonly"}) {
  Serving box = container_to_serve(with_user_namespace(with_dev(Config::minimal({})).readonly_root()));
  const OwnMounts ours;
  make_mount_point(box.bundle().rootfs());
  set_mount_flags(box.bundle().rootfs(), MS_NODEV | MS_NOSUID);

  require(box.create());
  box.serve();

  EXPECT_THAT(box.ask({"write", "/new", "text"}), Field("errno", "EROFS"));
  EXPECT_TRUE(root_mount(box).has("ro") && root_mount(box).has("nodev") && root_mount(box).has("nosuid"));
}

CONFORMANCE_CASE(root, pivot, .clause = "config.md#root", .level = descr,
                 .claim = "nothing of the host's root is mounted inside", .faults = {"old_root_kept"}) {
  Serving box = serving();

  // Who may not make device nodes, as in a user namespace, binds the host's.
  EXPECT_THAT(points_of(box.ask({"mounts"})), testing::IsSupersetOf({"/", "/proc"}));
  EXPECT_THAT(points_of(box.ask({"mounts"})),
              testing::Each(testing::AnyOf("/", "/proc", testing::StartsWith("/dev/"))));
  EXPECT_EQ(box.ask({"stat", "/.."}).at("/.."), box.ask({"stat", "/"}).at("/"));
}

}  // namespace runproof
