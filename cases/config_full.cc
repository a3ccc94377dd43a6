// config.md#configuration-schema-example: everything at once.
#include "cases/support/limits.h"
#include "cases/support/mounts.h"
#include "cases/support/usual_mounts.h"
#include "harness/case.h"

namespace runproof {

using testing::AllOf;

namespace {

/// Most of what the specification's example has, without what only its author's host has (devices, profiles, labels).
/// The hooks read their state: a runtime that cannot bear another one is for the cases of hooks to find.
Config everything() {
  const Json no_limit = {{"type", "RLIMIT_CORE"}, {"soft", 1024}, {"hard", 1024}};
  return with_usual_mounts(Config::minimal({}))
      .user(1, 1, {5, 6})
      .env({"PATH=/bin", "TERM=xterm"})
      .capabilities({"CAP_AUDIT_WRITE", "CAP_KILL"})
      .set("/process/rlimits", Json::array({no_limit}))
      .set("/process/oomScoreAdj", 100)
      .set("/process/noNewPrivileges", true)
      .readonly_root()
      .hostname("example")
      .hook(HookKind::prestart, {{"path", "/bin/cat"}, {"args", {"cat", "-"}}, {"env", {"key=value"}}})
      .hook(HookKind::poststart, {{"path", "/bin/cat"}, {"timeout", 5}})
      .hook(HookKind::poststop, {{"path", "/bin/cat"}, {"args", {"cat"}}})
      .with_new(Namespace::network)
      .set("/linux/devices", Json::array({{{"path", "/dev/fuse"},
                                           {"type", "c"},
                                           {"major", 10},
                                           {"minor", 229},
                                           {"fileMode", 438},
                                           {"uid", 0},
                                           {"gid", 0}}}))
      .set("/linux/sysctl", {{"net.ipv4.ip_forward", "1"}, {"net.core.somaxconn", "256"}})
      .resource("/memory/limit", 256 << 20)
      .resource("/cpu/shares", 1024)
      .resource("/pids/limit", 100)
      .resource("/devices",
                Json::array({{{"allow", false}, {"access", "rwm"}},
                             {{"allow", true}, {"type", "c"}, {"major", 10}, {"minor", 229}, {"access", "rw"}}}))
      .set("/linux/rootfsPropagation", "slave")
      .set("/linux/seccomp", {{"defaultAction", "SCMP_ACT_ALLOW"},
                              {"architectures", {"SCMP_ARCH_X86_64", "SCMP_ARCH_X86"}},
                              {"syscalls", Json::array({{{"names", {"swapoff"}}, {"action", "SCMP_ACT_ERRNO"}}})}})
      .set("/linux/maskedPaths", {"/proc/kcore", "/proc/latency_stats", "/proc/timer_stats", "/proc/sched_debug"})
      .set("/linux/readonlyPaths", {"/proc/asound", "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys"})
      .annotation("com.example.key1", "value1");
}

}  // namespace

CONFORMANCE_CASE(config, full_example, .clause = "config.md#configuration-schema-example", .level = descr,
                 .claim =
                     "a configuration that has most of what there is, as the specification's example has, is "
                     "accepted, and all of it is applied",
                 .needs = {need::root, need::memory_controller, need::cpu_controller, need::pids_controller,
                           need::network_namespaces, need::seccomp, need::x86_64},
                 .features = {"seccomp"},
                 .faults = {"config:drop:/process/user/additionalGids", "set_hostname", "bound_capabilities",
                            "set_no_new_privileges", "load_seccomp", "set_rlimits", "set_oom_score", "env_dropped",
                            "configured_devices_missing", "config:drop:/linux/sysctl", "config:drop:/root/readonly",
                            "config:drop:/linux/readonlyPaths", "config:drop:/linux/resources/pids"}) {
  Serving box = serving(everything());

  EXPECT_THAT(box.ask({"ids"}), AllOf(Field("/uid/effective", 1), Field("groups", Json{5, 6})));
  EXPECT_THAT(box.ask({"hostname"}), Field("hostname", "example"));
  EXPECT_THAT(box.ask({"caps"}), AllOf(Field("bounding", Json{"CAP_KILL", "CAP_AUDIT_WRITE"}),
                                       Field("no_new_privileges", true), Field("seccomp", 2)));
  EXPECT_THAT(box.ask({"rlimits"}), Field("RLIMIT_CORE", Json{{"soft", 1024}, {"hard", 1024}}));
  EXPECT_THAT(box.ask({"oom_score_adj"}), Field("oom_score_adj", 100));
  EXPECT_THAT(box.ask({"env"}).at("env").get<std::vector<std::string>>(), testing::Contains("TERM=xterm"));
  EXPECT_THAT(box.ask({"stat", "/dev/fuse"}), Field("/~1dev~1fuse/rdev", Json{{"major", 10}, {"minor", 229}}));
  EXPECT_THAT(box.ask({"read", "/proc/sys/net/core/somaxconn"}), Field("text", "256\n"));
  EXPECT_TRUE(mount_at(box, "/").has("ro"));
  EXPECT_TRUE(mount_at(box, "/proc/sys").has("ro"));
  EXPECT_EQ(control(box, "pids.max"), "100");
}

}  // namespace runproof
