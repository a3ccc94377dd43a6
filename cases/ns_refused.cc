// Entries of linux.namespaces that are refused.
#include <gmock/gmock.h>
#include <unistd.h>

#include "cases/support/isolation.h"
#include "harness/case.h"

namespace runproof {

CONFORMANCE_CASE(ns, pid_join_wrong_type, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a pid entry with the path of another type of namespace is refused",
                 .needs = {need::root, need::pid_namespaces}, .faults = {"config:drop:/linux/namespaces/3/path"}) {
  const Config config = Config::minimal({"/probe", "true"}).joining(Namespace::pid, namespace_path(getpid(), "ipc"));

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, pid_path_relative, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a pid entry with a relative path is refused, even where it leads to such a namespace",
                 .needs = {need::root}, .faults = {"config:drop:/linux/namespaces/3/path"}) {
  const Config config =
      Config::minimal({"/probe", "true"}).joining(Namespace::pid, namespace_path(getpid(), "pid").substr(1));

  EXPECT_THAT(container(config).create({.cwd = "/"}), FailsCleanly());
}

CONFORMANCE_CASE(ns, pid_duplicate, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "two pid entries are refused", .needs = {need::root},
                 .faults = {"config:drop:/linux/namespaces/4"}) {
  Config config = with_new(Namespace::pid).args({"/probe", "true"});
  config.set("/linux/namespaces/-", Json{{"type", "pid"}});

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, network_join_wrong_type, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a network entry with the path of another type of namespace is refused",
                 .needs = {need::root, need::network_namespaces}, .faults = {"config:drop:/linux/namespaces/4/path"}) {
  const Config config =
      Config::minimal({"/probe", "true"}).joining(Namespace::network, namespace_path(getpid(), "ipc"));

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, network_path_relative, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a network entry with a relative path is refused, even where it leads to such a namespace",
                 .needs = {need::root}, .faults = {"config:drop:/linux/namespaces/4/path"}) {
  const Config config =
      Config::minimal({"/probe", "true"}).joining(Namespace::network, namespace_path(getpid(), "net").substr(1));

  EXPECT_THAT(container(config).create({.cwd = "/"}), FailsCleanly());
}

CONFORMANCE_CASE(ns, network_duplicate, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "two network entries are refused", .needs = {need::root},
                 .faults = {"config:drop:/linux/namespaces/5"}) {
  Config config = with_new(Namespace::network).args({"/probe", "true"});
  config.set("/linux/namespaces/-", Json{{"type", "network"}});

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, mount_join_wrong_type, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a mount entry with the path of another type of namespace is refused",
                 .needs = {need::root, need::mount_namespaces}, .faults = {"config:drop:/linux/namespaces/3/path"}) {
  const Config config = Config::minimal({"/probe", "true"}).joining(Namespace::mount, namespace_path(getpid(), "ipc"));

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, mount_path_relative, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a mount entry with a relative path is refused, even where it leads to such a namespace",
                 .needs = {need::root}, .faults = {"config:drop:/linux/namespaces/3/path"}) {
  const Config config =
      Config::minimal({"/probe", "true"}).joining(Namespace::mount, namespace_path(getpid(), "mnt").substr(1));

  EXPECT_THAT(container(config).create({.cwd = "/"}), FailsCleanly());
}

CONFORMANCE_CASE(ns, mount_duplicate, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "two mount entries are refused", .needs = {need::root},
                 .faults = {"config:drop:/linux/namespaces/4"}) {
  Config config = with_new(Namespace::mount).args({"/probe", "true"});
  config.set("/linux/namespaces/-", Json{{"type", "mount"}});

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, ipc_join_wrong_type, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a ipc entry with the path of another type of namespace is refused",
                 .needs = {need::root, need::ipc_namespaces}, .faults = {"config:drop:/linux/namespaces/3/path"}) {
  const Config config = Config::minimal({"/probe", "true"}).joining(Namespace::ipc, namespace_path(getpid(), "uts"));

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, ipc_path_relative, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a ipc entry with a relative path is refused, even where it leads to such a namespace",
                 .needs = {need::root}, .faults = {"config:drop:/linux/namespaces/3/path"}) {
  const Config config =
      Config::minimal({"/probe", "true"}).joining(Namespace::ipc, namespace_path(getpid(), "ipc").substr(1));

  EXPECT_THAT(container(config).create({.cwd = "/"}), FailsCleanly());
}

CONFORMANCE_CASE(ns, ipc_duplicate, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "two ipc entries are refused", .needs = {need::root},
                 .faults = {"config:drop:/linux/namespaces/4"}) {
  Config config = with_new(Namespace::ipc).args({"/probe", "true"});
  config.set("/linux/namespaces/-", Json{{"type", "ipc"}});

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, uts_join_wrong_type, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a uts entry with the path of another type of namespace is refused",
                 .needs = {need::root, need::uts_namespaces}, .faults = {"config:drop:/linux/namespaces/3/path"}) {
  const Config config =
      Config::minimal({"/probe", "true"}).drop("/hostname").joining(Namespace::uts, namespace_path(getpid(), "ipc"));

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, uts_path_relative, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a uts entry with a relative path is refused, even where it leads to such a namespace",
                 .needs = {need::root}, .faults = {"config:drop:/linux/namespaces/3/path"}) {
  const Config config = Config::minimal({"/probe", "true"})
                            .drop("/hostname")
                            .joining(Namespace::uts, namespace_path(getpid(), "uts").substr(1));

  EXPECT_THAT(container(config).create({.cwd = "/"}), FailsCleanly());
}

CONFORMANCE_CASE(ns, uts_duplicate, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "two uts entries are refused", .needs = {need::root},
                 .faults = {"config:drop:/linux/namespaces/4"}) {
  Config config = with_new(Namespace::uts).args({"/probe", "true"});
  config.set("/linux/namespaces/-", Json{{"type", "uts"}});

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, user_join_wrong_type, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a user entry with the path of another type of namespace is refused",
                 .needs = {need::root, need::user_namespaces}, .faults = {"config:drop:/linux/namespaces/4"}) {
  const Config config = Config::minimal({"/probe", "true"}).joining(Namespace::user, namespace_path(getpid(), "ipc"));

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, user_path_relative, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a user entry with a relative path is refused, even where it leads to such a namespace",
                 .needs = {need::root}, .faults = {"config:drop:/linux/namespaces/4"}) {
  const Config config =
      Config::minimal({"/probe", "true"}).joining(Namespace::user, namespace_path(getpid(), "user").substr(1));

  EXPECT_THAT(container(config).create({.cwd = "/"}), FailsCleanly());
}

CONFORMANCE_CASE(ns, user_duplicate, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "two user entries are refused", .needs = {need::root},
                 .faults = {"config:drop:/linux/namespaces/5"}) {
  Config config = with_new(Namespace::user).args({"/probe", "true"});
  config.set("/linux/namespaces/-", Json{{"type", "user"}});

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, cgroup_join_wrong_type, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a cgroup entry with the path of another type of namespace is refused",
                 .needs = {need::root, need::cgroup_namespaces}, .faults = {"config:drop:/linux/namespaces/4/path"}) {
  const Config config = Config::minimal({"/probe", "true"}).joining(Namespace::cgroup, namespace_path(getpid(), "ipc"));

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, cgroup_path_relative, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a cgroup entry with a relative path is refused, even where it leads to such a namespace",
                 .needs = {need::root}, .faults = {"config:drop:/linux/namespaces/4/path"}) {
  const Config config =
      Config::minimal({"/probe", "true"}).joining(Namespace::cgroup, namespace_path(getpid(), "cgroup").substr(1));

  EXPECT_THAT(container(config).create({.cwd = "/"}), FailsCleanly());
}

CONFORMANCE_CASE(ns, cgroup_duplicate, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "two cgroup entries are refused", .needs = {need::root},
                 .faults = {"config:drop:/linux/namespaces/5"}) {
  Config config = with_new(Namespace::cgroup).args({"/probe", "true"});
  config.set("/linux/namespaces/-", Json{{"type", "cgroup"}});

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, time_join_wrong_type, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a time entry with the path of another type of namespace is refused",
                 .needs = {need::root, need::time_namespaces}, .features = {"namespace.time"},
                 .faults = {"config:drop:/linux/namespaces/4/path"}) {
  const Config config = Config::minimal({"/probe", "true"}).joining(Namespace::time, namespace_path(getpid(), "ipc"));

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, time_path_relative, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a time entry with a relative path is refused, even where it leads to such a namespace",
                 .needs = {need::root}, .features = {"namespace.time"},
                 .faults = {"config:drop:/linux/namespaces/4/path"}) {
  const Config config =
      Config::minimal({"/probe", "true"}).joining(Namespace::time, namespace_path(getpid(), "time").substr(1));

  EXPECT_THAT(container(config).create({.cwd = "/"}), FailsCleanly());
}

CONFORMANCE_CASE(ns, time_duplicate, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "two time entries are refused", .needs = {need::root}, .features = {"namespace.time"},
                 .faults = {"config:drop:/linux/namespaces/5"}) {
  Config config = with_new(Namespace::time).args({"/probe", "true"});
  config.set("/linux/namespaces/-", Json{{"type", "time"}});

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, unknown_type, .clause = "config.md#valid-values", .level = must,
                 .claim = "an entry of a type that there is not is refused", .needs = {need::root},
                 .faults = {"config:drop:/linux/namespaces/4"}) {
  Config config = Config::minimal({"/probe", "true"});
  config.set("/linux/namespaces/-", Json{{"type", "no_such_type"}});

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(ns, path_inaccessible, .clause = "runtime.md#create", .level = must,
                 .claim = "an entry with a path where there is nothing is an error", .needs = {need::root},
                 .faults = {"config:drop:/linux/namespaces/4/path"}) {
  const Config config = Config::minimal({"/probe", "true"}).joining(Namespace::network, "/no/such/namespace");

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

}  // namespace runproof
