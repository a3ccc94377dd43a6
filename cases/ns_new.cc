// An entry without path: the container gets a namespace of its own.
#include <gmock/gmock.h>
#include <unistd.h>

#include "cases/support/isolation.h"
#include "harness/case.h"

namespace runproof {

CONFORMANCE_CASE(ns, pid_new, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a pid entry without path makes a new namespace", .needs = {need::root, need::pid_namespaces},
                 .features = {"namespace.pid"}, .faults = {"config:drop:/linux/namespaces/0"}) {
  Serving box = serving(with_new(Namespace::pid));

  EXPECT_NE(seen_in(box, "pid"), namespace_of(getpid(), "pid"));
}

CONFORMANCE_CASE(ns, network_new, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a network entry without path makes a new namespace",
                 .needs = {need::root, need::network_namespaces}, .features = {"namespace.network"},
                 .faults = {"config:drop:/linux/namespaces/4"}) {
  Serving box = serving(with_new(Namespace::network));

  EXPECT_NE(seen_in(box, "net"), namespace_of(getpid(), "net"));
}

CONFORMANCE_CASE(ns, mount_new, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a mount entry without path makes a new namespace",
                 .needs = {need::root, need::mount_namespaces}, .features = {"namespace.mount"},
                 .faults = {"config:drop:/linux/namespaces/3"}) {
  const OwnMounts ours;
  Serving box = serving(with_new(Namespace::mount));

  EXPECT_NE(seen_in(box, "mnt"), namespace_of(getpid(), "mnt"));
}

CONFORMANCE_CASE(ns, ipc_new, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a ipc entry without path makes a new namespace", .needs = {need::root, need::ipc_namespaces},
                 .features = {"namespace.ipc"}, .faults = {"config:drop:/linux/namespaces/1"}) {
  Serving box = serving(with_new(Namespace::ipc));

  EXPECT_NE(seen_in(box, "ipc"), namespace_of(getpid(), "ipc"));
}

CONFORMANCE_CASE(ns, uts_new, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a uts entry without path makes a new namespace", .needs = {need::root, need::uts_namespaces},
                 .features = {"namespace.uts"}, .faults = {"config:drop:/linux/namespaces/2"}) {
  Serving box = serving(with_new(Namespace::uts));

  EXPECT_NE(seen_in(box, "uts"), namespace_of(getpid(), "uts"));
}

CONFORMANCE_CASE(ns, user_new, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a user entry without path makes a new namespace",
                 .needs = {need::root, need::user_namespaces}, .features = {"namespace.user"},
                 .faults = {"config:drop:/linux/namespaces/4"}) {
  Serving box = serving(with_new(Namespace::user));

  EXPECT_NE(seen_in(box, "user"), namespace_of(getpid(), "user"));
}

CONFORMANCE_CASE(ns, cgroup_new, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a cgroup entry without path makes a new namespace",
                 .needs = {need::root, need::cgroup_namespaces}, .features = {"namespace.cgroup"},
                 .faults = {"unshare_namespaces", "config:drop:/linux/namespaces/4"}) {
  Serving box = serving(with_new(Namespace::cgroup));

  EXPECT_NE(seen_in(box, "cgroup"), namespace_of(getpid(), "cgroup"));
}

CONFORMANCE_CASE(ns, time_new, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a time entry without path makes a new namespace",
                 .needs = {need::root, need::time_namespaces}, .features = {"namespace.time"},
                 .faults = {"unshare_namespaces", "config:drop:/linux/namespaces/4"}) {
  Serving box = serving(with_new(Namespace::time));

  EXPECT_NE(seen_in(box, "time"), namespace_of(getpid(), "time"));
}

}  // namespace runproof
