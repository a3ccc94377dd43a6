// No entry: the container process stays in the namespace of the runtime.
#include <gmock/gmock.h>
#include <unistd.h>

#include "cases/support/isolation.h"
#include "harness/case.h"

namespace runproof {

CONFORMANCE_CASE(ns, pid_inherit, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "without a pid entry the container is in the runtime's namespace",
                 .needs = {need::root, need::pid_namespaces},
                 .faults = {"config:set:/linux/namespaces/-={\"type\":\"pid\"}"}) {
  Serving box = serving(Config::minimal({}).without(Namespace::pid));

  EXPECT_EQ(seen_in(box, "pid"), namespace_of(getpid(), "pid"));
}

CONFORMANCE_CASE(ns, network_inherit, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "without a network entry the container is in the runtime's namespace",
                 .needs = {need::root, need::network_namespaces},
                 .faults = {"config:set:/linux/namespaces/-={\"type\":\"network\"}"}) {
  Serving box = serving(Config::minimal({}).without(Namespace::network));

  EXPECT_EQ(seen_in(box, "net"), namespace_of(getpid(), "net"));
}

CONFORMANCE_CASE(ns, ipc_inherit, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "without a ipc entry the container is in the runtime's namespace",
                 .needs = {need::root, need::ipc_namespaces},
                 .faults = {"config:set:/linux/namespaces/-={\"type\":\"ipc\"}"}) {
  Serving box = serving(Config::minimal({}).without(Namespace::ipc));

  EXPECT_EQ(seen_in(box, "ipc"), namespace_of(getpid(), "ipc"));
}

CONFORMANCE_CASE(ns, uts_inherit, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "without a uts entry the container is in the runtime's namespace",
                 .needs = {need::root, need::uts_namespaces},
                 .faults = {"config:set:/linux/namespaces/-={\"type\":\"uts\"}"}) {
  Serving box = serving(Config::minimal({}).without(Namespace::uts).drop("/hostname"));

  EXPECT_EQ(seen_in(box, "uts"), namespace_of(getpid(), "uts"));
}

CONFORMANCE_CASE(ns, user_inherit, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "without a user entry the container is in the runtime's namespace",
                 .needs = {need::root, need::user_namespaces},
                 .faults = {"config:set:/linux/namespaces/-={\"type\":\"user\"}"}) {
  Serving box = serving(Config::minimal({}).without(Namespace::user));

  EXPECT_EQ(seen_in(box, "user"), namespace_of(getpid(), "user"));
}

CONFORMANCE_CASE(ns, cgroup_inherit, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "without a cgroup entry the container is in the runtime's namespace",
                 .needs = {need::root, need::cgroup_namespaces},
                 .faults = {"config:set:/linux/namespaces/-={\"type\":\"cgroup\"}"}) {
  Serving box = serving(Config::minimal({}).without(Namespace::cgroup));

  EXPECT_EQ(seen_in(box, "cgroup"), namespace_of(getpid(), "cgroup"));
}

CONFORMANCE_CASE(ns, time_inherit, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "without a time entry the container is in the runtime's namespace",
                 .needs = {need::root, need::time_namespaces},
                 .faults = {"config:set:/linux/namespaces/-={\"type\":\"time\"}"}) {
  Serving box = serving(Config::minimal({}).without(Namespace::time));

  EXPECT_EQ(seen_in(box, "time"), namespace_of(getpid(), "time"));
}

}  // namespace runproof
