// An entry with a path: the container process is in that namespace.
#include <gmock/gmock.h>
#include <unistd.h>

#include "cases/support/isolation.h"
#include "harness/case.h"

namespace runproof {

CONFORMANCE_CASE(ns, pid_join, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a pid entry with a path puts the container process into that namespace",
                 .needs = {need::root, need::pid_namespaces}, .features = {"namespace.pid"},
                 .faults = {"config:drop:/linux/namespaces/3/path"}) {
  Serving owner = serving(with_new(Namespace::pid));
  Serving box = serving(Config::minimal({}).joining(Namespace::pid, namespace_path(owner.pid(), "pid")));

  EXPECT_EQ(seen_in(box, "pid"), namespace_of(owner.pid(), "pid"));
}

CONFORMANCE_CASE(ns, network_join, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a network entry with a path puts the container process into that namespace",
                 .needs = {need::root, need::network_namespaces}, .features = {"namespace.network"},
                 .faults = {"join_namespaces", "config:drop:/linux/namespaces/4/path"}) {
  Serving owner = serving(with_new(Namespace::network));
  Serving box = serving(Config::minimal({}).joining(Namespace::network, namespace_path(owner.pid(), "net")));

  EXPECT_EQ(seen_in(box, "net"), namespace_of(owner.pid(), "net"));
}

CONFORMANCE_CASE(ns, mount_join, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a mount entry with a path puts the container process into that namespace",
                 .needs = {need::root, need::mount_namespaces}, .features = {"namespace.mount"},
                 .faults = {"config:drop:/linux/namespaces/3/path"}) {
  const NamespaceHolder owner(scratch(), "mnt");
  Serving box = serving(Config::minimal({}).joining(Namespace::mount, owner.path()));

  EXPECT_EQ(seen_in(box, "mnt"), namespace_of(owner.pid(), "mnt"));
}

CONFORMANCE_CASE(ns, ipc_join, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a ipc entry with a path puts the container process into that namespace",
                 .needs = {need::root, need::ipc_namespaces}, .features = {"namespace.ipc"},
                 .faults = {"config:drop:/linux/namespaces/3/path"}) {
  Serving owner = serving(with_new(Namespace::ipc));
  Serving box = serving(Config::minimal({}).joining(Namespace::ipc, namespace_path(owner.pid(), "ipc")));

  EXPECT_EQ(seen_in(box, "ipc"), namespace_of(owner.pid(), "ipc"));
}

CONFORMANCE_CASE(ns, uts_join, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a uts entry with a path puts the container process into that namespace",
                 .needs = {need::root, need::uts_namespaces}, .features = {"namespace.uts"},
                 .faults = {"config:drop:/linux/namespaces/3/path"}) {
  Serving owner = serving(with_new(Namespace::uts));
  Serving box =
      serving(Config::minimal({}).joining(Namespace::uts, namespace_path(owner.pid(), "uts")).drop("/hostname"));

  EXPECT_EQ(seen_in(box, "uts"), namespace_of(owner.pid(), "uts"));
}

CONFORMANCE_CASE(ns, user_join, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a user entry with a path puts the container process into that namespace",
                 .needs = {need::root, need::user_namespaces}, .features = {"namespace.user"},
                 .faults = {"config:drop:/linux/namespaces/4/path"}) {
  Serving owner = serving(with_new(Namespace::user));
  Serving box = serving(Config::minimal({}).joining(Namespace::user, namespace_path(owner.pid(), "user")));

  EXPECT_EQ(seen_in(box, "user"), namespace_of(owner.pid(), "user"));
}

CONFORMANCE_CASE(ns, cgroup_join, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a cgroup entry with a path puts the container process into that namespace",
                 .needs = {need::root, need::cgroup_namespaces}, .features = {"namespace.cgroup"},
                 .faults = {"config:drop:/linux/namespaces/4/path"}) {
  Serving owner = serving(with_new(Namespace::cgroup));
  Serving box = serving(Config::minimal({}).joining(Namespace::cgroup, namespace_path(owner.pid(), "cgroup")));

  EXPECT_EQ(seen_in(box, "cgroup"), namespace_of(owner.pid(), "cgroup"));
}

CONFORMANCE_CASE(ns, time_join, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a time entry with a path puts the container process into that namespace",
                 .needs = {need::root, need::time_namespaces}, .features = {"namespace.time"},
                 .faults = {"config:drop:/linux/namespaces/4/path"}) {
  Serving owner = serving(with_new(Namespace::time));
  Serving box = serving(Config::minimal({}).joining(Namespace::time, namespace_path(owner.pid(), "time")));

  EXPECT_EQ(seen_in(box, "time"), namespace_of(owner.pid(), "time"));
}

CONFORMANCE_CASE(ns, join_all, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "every namespace of another container but the mount namespace can be joined at once",
                 .needs = {need::root, need::user_namespaces, need::network_namespaces, need::cgroup_namespaces,
                           need::time_namespaces},
                 .features = {"namespace.time"},
                 .faults = {"config:drop:/linux/namespaces/1/path", "config:drop:/linux/namespaces/3/path",
                            "config:drop:/linux/namespaces/6/path"}) {
  Serving owner = serving(
      with_new(Namespace::user).with_new(Namespace::network).with_new(Namespace::cgroup).with_new(Namespace::time));
  Config config = Config::minimal({}).drop("/hostname");
  for (const auto& [type, name] : kJoinable) config.joining(type, namespace_path(owner.pid(), name));
  Serving box = serving(config);

  auto wanted = namespaces_of(owner.pid());
  auto found = namespaces_of(box.pid());
  wanted.erase("mnt");
  found.erase("mnt");

  EXPECT_EQ(found, wanted);
  EXPECT_NE(namespace_of(box.pid(), "mnt"), namespace_of(owner.pid(), "mnt"));
}

CONFORMANCE_CASE(ns, join_userns_bind_nsfd, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "a user namespace can be joined by a file that it is bound to",
                 .needs = {need::root, need::user_namespaces}, .faults = {"config:drop:/linux/namespaces/4/path"}) {
  const OwnMounts ours;
  Serving owner = serving(with_new(Namespace::user));
  const std::string file = bound_namespace(scratch() / "namespace", owner.pid(), "user");
  Serving box = serving(Config::minimal({}).joining(Namespace::user, file));

  EXPECT_EQ(seen_in(box, "user"), namespace_of(owner.pid(), "user"));
}

}  // namespace runproof
