// The systemd driver: the container's cgroup is a scope, and systemd knows what the runtime wants of it.
#include "cases/support/console.h"
#include "cases/support/limits.h"
#include "cases/support/systemd.h"
#include "harness/case.h"

namespace runproof {
namespace {

using testing::HasSubstr;

/// Which device a rule is for, or none: all of them.
Json deny_all_devices() { return Json::array({{{"allow", false}, {"access", "rwm"}}}); }

}  // namespace

CONFORMANCE_CASE(cgroup, systemd_default_slice, .clause = "config-linux.md#cgroups-path", .level = cli,
                 .claim = "a cgroupsPath of ':PREFIX:NAME' is the scope PREFIX-NAME in system.slice",
                 .needs = {need::root, need::systemd}, .features = {"cgroup.systemd"},
                 .faults = {"systemd_slice_is_machine"}) {
  const Scope scope(fresh_id(), /*slice=*/"");
  Container box = container(Config::minimal({"/probe", "pause"}).cgroups_path(scope.cgroups_path()));
  box.globals().systemd_cgroup = true;

  require(box.create());

  EXPECT_THAT(group_of(box, "pids").dir.string(), HasSubstr("/system.slice/" + scope.unit()));
  EXPECT_EQ(scope.property("Slice", soon()), "system.slice");
}

CONFORMANCE_CASE(cgroup, systemd_unit_properties, .clause = "config-linux.md#control-groups", .level = cli,
                 .claim = "limits are properties of the scope, too, so that systemd does not undo them",
                 .needs = {need::root, need::systemd, need::memory_controller, need::pids_controller,
                           need::cpu_controller},
                 .features = {"cgroup.systemd"}, .faults = {"systemd_limits_untold"}) {
  const Scope scope(fresh_id());
  Container box = container(limited("/memory/limit", 64 * kMiB)
                                .resource("/pids/limit", 20)
                                .resource("/cpu/quota", 50'000)
                                .resource("/cpu/period", 100'000)
                                .cgroups_path(scope.cgroups_path()));
  box.globals().systemd_cgroup = true;

  require(box.create());

  EXPECT_EQ(scope.property("MemoryMax", soon()), "67108864");
  EXPECT_EQ(scope.property("TasksMax", soon()), "20");
  EXPECT_EQ(scope.property("CPUQuotaPerSecUSec", soon()), "500ms");
  EXPECT_EQ(control(box, "memory.max"), "67108864");
}

CONFORMANCE_CASE(cgroup, systemd_property_annotation, .clause = "config.md#annotations", .level = cli,
                 .claim = "annotations org.systemd.property.NAME set properties of the scope",
                 .needs = {need::root, need::systemd}, .features = {"cgroup.systemd"},
                 .faults = {"systemd_annotations_ignored"}) {
  const Scope scope(fresh_id());
  Container box = container(Config::minimal({"/probe", "pause"})
                                .cgroups_path(scope.cgroups_path())
                                .annotation("org.systemd.property.TimeoutStopUSec", "uint64 123000000")
                                .annotation("org.systemd.property.CollectMode", "'inactive-or-failed'"));
  box.globals().systemd_cgroup = true;

  require(box.create());

  EXPECT_EQ(scope.property("TimeoutStopUSec", soon()), "2min 3s");
  EXPECT_EQ(scope.property("CollectMode", soon()), "inactive-or-failed");
}

CONFORMANCE_CASE(cgroup, systemd_property_annotation_invalid, .clause = "config.md#annotations", .level = cli,
                 .claim = "an annotation org.systemd.property.NAME whose value makes no sense is an error",
                 .needs = {need::root, need::systemd}, .features = {"cgroup.systemd"},
                 .faults = {"systemd_annotations_ignored"}) {
  const Scope scope(fresh_id());
  Container box = container(Config::minimal({"/probe", "pause"})
                                .cgroups_path(scope.cgroups_path())
                                .annotation("org.systemd.property.TimeoutStopUSec", "uint64 soon"));
  box.globals().systemd_cgroup = true;

  EXPECT_THAT(box.create(), FailsCleanly());
}

CONFORMANCE_CASE(cgroup, systemd_need_daemon_reload, .clause = "config-linux.md#control-groups", .level = hardening,
                 .claim = "device rules leave nothing of the scope for systemd to read again",
                 .needs = {need::root, need::systemd}, .features = {"cgroup.systemd"},
                 .faults = {"systemd_unit_file_touched"}) {
  const Scope scope(fresh_id());
  Container box = container(
      Config::minimal({"/probe", "pause"}).resource("/devices", deny_all_devices()).cgroups_path(scope.cgroups_path()));
  box.globals().systemd_cgroup = true;

  require(box.create());

  EXPECT_EQ(scope.property("LoadState", soon()), "loaded");
  EXPECT_EQ(scope.property("NeedDaemonReload", soon()), "no");
}

CONFORMANCE_CASE(
    cgroup, systemd_daemon_reload_devices, .clause = "config-linux.md#allowed-device-list", .level = hardening,
    .claim = "after systemd has read its units again exec still gets a terminal, and the device rules hold",
    .needs = {need::root, need::systemd}, .features = {"cgroup.systemd", "exec"}, .faults = {"systemd_guards_devices"},
    .lock = "alone") {
  const Scope scope(fresh_id());
  Serving box = container_to_serve(
      with_terminal().terminal(false).resource("/devices", deny_all_devices()).cgroups_path(scope.cgroups_path()));
  box.globals().systemd_cgroup = true;
  require(box.create());
  box.serve();
  ConsoleSocket console(scratch());

  reload_systemd(soon());

  EXPECT_THAT(box.exec({"/probe", "serve", box.channel().inside()},
                       {.console_socket = console.path(), .detach = true, .extra = {"--tty"}}),
              Succeeds());
  const base::UniqueFd master = console.receive(soon());
  Peer executed = box.accept();
  EXPECT_THAT(executed.ask({"tty"}, soon()).at("stdin"), Field("tty", true));
}

}  // namespace runproof
