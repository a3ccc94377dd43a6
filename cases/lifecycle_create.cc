// runtime.md: lifecycle steps 1 and 2, create.
#include <filesystem>

#include "base/file.h"
#include "cases/support/descriptors.h"
#include "cases/support/parallel.h"
#include "harness/case.h"
#include "harness/observe/mountinfo.h"
#include "harness/observe/namespaces.h"
#include "harness/observe/process.h"

namespace runproof {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::Not;

CONFORMANCE_CASE(lifecycle, create_ok, .clause = "runtime.md#create", .level = must,
                 .claim = "create, given a bundle and an id, makes a new container",
                 .faults = {"fail_at:clone_init:EPERM"}) {
  Container box = container(Config::minimal({"/probe", "true"}));

  EXPECT_THAT(box.create(), Succeeds());
  EXPECT_TRUE(box.known());
}

CONFORMANCE_CASE(lifecycle, create_no_id, .clause = "runtime.md#create", .level = must,
                 .claim = "create without an id is an error", .faults = {"create_without_id"}) {
  const Bundle& here = bundle(Config::minimal({"/probe", "true"}));

  EXPECT_THAT(runtime({"create", "--bundle", here.path().string()}), FailsCleanly());
}

CONFORMANCE_CASE(lifecycle, create_bundle_missing, .clause = "runtime.md#create", .level = must,
                 .claim = "create with a path where no bundle is, is an error",
                 .faults = {"create_error_silent", "create_failure_exits_zero", "create_dies_by_signal"}) {
  Container box = container(Config::minimal({"/probe", "true"}));

  EXPECT_THAT(box.create({.bundle = (scratch() / "nowhere").string()}), FailsCleanly());
}

CONFORMANCE_CASE(lifecycle, create_bundle_default_cwd, .clause = "runtime.md#create", .level = cli,
                 .claim = "create without --bundle takes the current directory as the bundle",
                 .faults = {"state_no_bundle"}) {
  Container box = container(Config::minimal({"/probe", "true"}));

  EXPECT_THAT(box.create({.bundle = "", .cwd = box.bundle().path()}), Succeeds());
  EXPECT_THAT(box.state_json(), Field("bundle", box.bundle().path().string()));
}

struct BundleFlag {
  std::string_view name;
  std::string_view word;
  bool absolute;
};
constexpr BundleFlag kBundleFlags[] = {{"long_absolute", "--bundle", true},
                                       {"long_relative", "--bundle", false},
                                       {"short_absolute", "-b", true},
                                       {"short_relative", "-b", false}};

CONFORMANCE_CASE_FOR(lifecycle, create_bundle_flag, flag, kBundleFlags, .clause = "runtime.md#create", .level = cli,
                     .claim = "--bundle and -b take the bundle's path, absolute or relative to the working directory",
                     .faults = {"bundle_cwd_ignored"}) {
  Container box = container(Config::minimal({"/probe", "true"}));
  const fs::path path = box.bundle().path();
  const std::string given = flag.absolute ? path.string() : path.filename().string();

  EXPECT_THAT(box.create({.bundle = "", .extra = {std::string{flag.word}, given}, .cwd = path.parent_path()}),
              Succeeds());
  EXPECT_THAT(box.state_json(), Field("bundle", path.string()));
}

CONFORMANCE_CASE(lifecycle, create_dup_id, .clause = "runtime.md#create", .level = must,
                 .claim = "create with the id of a living container is an error, and leaves that container as it is",
                 .faults = {"id_duplicate_accepted"}) {
  Serving first = serving();
  Container second = container(bundle(Config::minimal({"/probe", "true"})), first.id());

  EXPECT_THAT(second.create(), FailsCleanly());
  EXPECT_EQ(first.status(), Status::running);
  EXPECT_THAT(first.init(), IsAlive());
}

struct BadId {
  std::string_view name;
  std::string_view id;
};
constexpr BadId kBadIds[] = {{"empty", ""},
                             {"dot", "."},
                             {"dotdot", ".."},
                             {"parent", "../x"},
                             {"inner_slash", "a/b"},
                             {"absolute", "/a"},
                             {"nested_parent", "a/../../x"}};

CONFORMANCE_CASE_FOR(
    lifecycle, create_invalid_id, bad, kBadIds, .clause = "runtime.md#create", .level = must,
    .claim = "an id that has a slash, or that names another directory, is an error, and no container is made",
    .faults = {"id_unchecked"}) {
  Container box = container(bundle(Config::minimal({"/probe", "true"})), std::string{bad.id});

  EXPECT_THAT(box.create(), FailsCleanly());
  EXPECT_THAT(fs::exists(scratch() / "x"), false);
}

CONFORMANCE_CASE(lifecycle, create_id_too_long, .clause = "runtime.md#create", .level = must,
                 .claim = "an id of 2,000 characters is an error, and no container is made",
                 .faults = {"create_failure_exits_zero"}) {
  Container box = container(bundle(Config::minimal({"/probe", "true"})), std::string(2000, 'a'));

  EXPECT_THAT(box.create(), FailsCleanly());
}

constexpr BadId kUnusualIds[] = {{"space", "a b"}, {"newline", "a\nb"}};

CONFORMANCE_CASE_FOR(lifecycle, create_unusual_id, bad, kUnusualIds, .clause = "runtime.md#create", .level = may,
                     .claim = "an id with white space is refused", .faults = {"id_bad_characters_accepted"}) {
  Container box = container(bundle(Config::minimal({"/probe", "true"})), std::string{bad.id});

  EXPECT_THAT(box.create(), FailsCleanly());
}

CONFORMANCE_CASE(lifecycle, create_id_leading_dot, .clause = "runtime.md#create", .level = may,
                 .claim = "an id with a leading dot is refused", .faults = {"id_leading_dot_accepted"}) {
  Container box = container(bundle(Config::minimal({"/probe", "true"})), ".hidden");

  EXPECT_THAT(box.create(), FailsCleanly());
}

CONFORMANCE_CASE(lifecycle, create_failure_leaves_nothing, .clause = "runtime.md#create", .level = must,
                 .claim = "a create that fails late leaves no state, cgroup, mount or process behind",
                 .needs = {need::root},
                 .faults = {"create_failure_leaves_state", "create_failure_leaves_cgroup",
                            "create_failure_leaves_init"}) {
  Container box =
      container(Config::minimal({"/probe", "true"}).hook(HookKind::create_runtime, {{"path", "/bin/false"}}));

  EXPECT_THAT(box.create(), FailsCleanly());
  EXPECT_THAT(box, IsGone());
}

struct BadProperty {
  std::string_view name;
  std::string_view pointer;
  base::Json value;
};
const std::array<BadProperty, 4> kBadProperties = {{
    {"mount_source", "/mounts/-", {{"destination", "/data"}, {"source", "/no/such/file"}, {"options", {"bind"}}}},
    {"file_system", "/mounts/-", {{"destination", "/data"}, {"type", "nosuchfs"}, {"source", "none"}}},
    {"namespace_path", "/linux/namespaces/-", {{"type", "network"}, {"path", "/no/such/namespace"}}},
    {"sysctl", "/linux/sysctl", {{"kernel.msg_no_such_thing", "1"}}},
}};

CONFORMANCE_CASE_FOR(lifecycle, create_property_fail_errors, property, kBadProperties, .clause = "runtime.md#create",
                     .level = must, .claim = "a property that cannot be applied makes create fail, not start",
                     .faults = {"create_failure_exits_zero"}) {
  Container box = container(Config::minimal({"/probe", "true"}).set(property.pointer, property.value));

  EXPECT_THAT(box.create(), FailsCleanly());
  EXPECT_THAT(box, IsGone());
}

CONFORMANCE_CASE(lifecycle, create_args_not_run, .clause = "runtime.md#create", .level = must,
                 .claim = "create does not run the program", .tags = {"death"}, .faults = {"create_runs_payload"}) {
  Container box = created({"/probe", "mark", "/ran"});

  EXPECT_THAT(box.kill(SIGKILL), Succeeds());
  box.await(Status::stopped);  // from here on nothing could run it any more
  EXPECT_FALSE(fs::exists(box.bundle().file("/ran")));
}

CONFORMANCE_CASE(lifecycle, create_env_built, .clause = "runtime.md#lifecycle", .level = must,
                 .claim = "after create the namespaces, mounts and cgroup of the container are there",
                 .needs = {need::root, need::cgroups}, .faults = {"make_mounts"}) {
  Container box =
      created(Config::minimal({"/probe", "true"}).mount({.destination = "/data", .type = "tmpfs", .source = "tmpfs"}));
  const pid_t init = box.pid();

  EXPECT_NE(namespace_of(init, "pid"), namespace_of(getpid(), "pid"));
  EXPECT_NE(namespace_of(init, "mnt"), namespace_of(getpid(), "mnt"));
  EXPECT_NE(namespace_of(init, "uts"), namespace_of(getpid(), "uts"));
  EXPECT_NE(find_mount(mounts_of(init).value_or(std::vector<MountEntry>{}), "/data"), nullptr);
  EXPECT_THAT(box.cgroups(), Not(IsEmpty()));
}

CONFORMANCE_CASE(lifecycle, create_state_created, .clause = "runtime.md#state", .level = must,
                 .claim = "after create the status is created and pid names a living process",
                 .faults = {"state_created_is_running", "state_wrong_pid"}) {
  Container box = created({"/probe", "true"});

  EXPECT_THAT(box.state_json(), Field("status", "created"));
  EXPECT_THAT(box.state_json(), Field("pid", box.pid()));
  EXPECT_THAT(box.init(), IsAlive());
}

CONFORMANCE_CASE(lifecycle, create_no_process, .clause = "config.md#process", .level = must,
                 .claim = "create succeeds without process, which is required only when start is called",
                 .faults = {"config:set:/process=1"}) {
  Container box = container(Config::minimal({}).drop("/process"));

  EXPECT_THAT(box.create(), Succeeds());
}

CONFORMANCE_CASE(lifecycle, create_exec_before_start, .clause = "runtime.md#create", .level = cli,
                 .claim = "exec works in a created container, and does not start it", .features = {"exec"},
                 .faults = {"join_namespaces"}) {
  Container box = created({"/probe", "mark", "/started"});

  EXPECT_THAT(box.exec({"/probe", "mark", "/executed"}), Succeeds());
  EXPECT_TRUE(fs::exists(box.bundle().file("/executed")));
  EXPECT_FALSE(fs::exists(box.bundle().file("/started")));
  EXPECT_EQ(box.status(), Status::created);
}

CONFORMANCE_CASE(lifecycle, create_init_fds_clean, .clause = "runtime-linux.md#file-descriptors", .level = hardening,
                 .claim = "the init of a created container holds no directory of the host open", .needs = {need::root},
                 .faults = {"close_descriptors"}) {
  Container box = created({"/probe", "true"});

  EXPECT_THAT(open_directories(box.pid()), IsEmpty());
}

CONFORMANCE_CASE(lifecycle, create_delete_without_start, .clause = "runtime.md#delete", .level = cli,
                 .claim = "a container that was never started is removed without a trace by delete --force",
                 .tags = {"death"}, .faults = {"delete_leaves_state"}) {
  Container box = created({"/probe", "true"});

  EXPECT_THAT(box.remove({.force = true}), Succeeds());
  EXPECT_THAT(box, IsGone());
  EXPECT_THAT(box.init(), IsDead());
}

CONFORMANCE_CASE(lifecycle, create_concurrent_same_id, .clause = "runtime.md#create", .level = must,
                 .claim = "of several creates with one id at the same time exactly one succeeds",
                 .faults = {"id_duplicate_ignored"}) {
  Container box = container(Config::minimal({"/probe", "true"}));

  const int made = successes_of(run_together(box, box.create_words({.pid_file = ""}), /*copies=*/6));
  box.adopt();
  EXPECT_EQ(made, 1);
  EXPECT_EQ(box.status(), Status::created);
}

}  // namespace runproof
