// What a namespace of its own, or the runtime's, means for the program.
#include <gmock/gmock.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "cases/support/isolation.h"
#include "harness/case.h"

namespace runproof {
namespace {

/// The names in /proc/net/dev.
std::vector<std::string> interfaces_in(std::string_view text) {
  std::vector<std::string> names;
  for (const std::string_view line : base::split(text, '\n')) {
    const auto colon = line.find(':');
    if (colon != std::string_view::npos) names.emplace_back(base::words(line.substr(0, colon)).at(0));
  }
  return names;
}

/// The paths that /proc/self/cgroup shows inside.
std::vector<std::string> cgroup_paths(Serving& box) {
  const Json said = box.ask({"cgroup"});
  std::vector<std::string> paths;
  for (const Json& line : said.at("cgroup")) paths.push_back(line.at("path"));
  return paths;
}

/// A shared-memory segment of System V in our IPC namespace.
class Segment {
 public:
  Segment() : id_(::shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600)) {
    if (id_ < 0) throw base::SysError("shmget");
  }
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;
  ~Segment() { ::shmctl(id_, IPC_RMID, nullptr); }

 private:
  int id_;
};

}  // namespace

CONFORMANCE_CASE(ns, pid_init_is_1, .clause = "config-linux.md#namespaces", .level = descr,
                 .claim = "the program is process 1 of its PID namespace, and has no parent there",
                 .needs = {need::root}, .faults = {"config:drop:/linux/namespaces/0"}) {
  Serving box = serving();

  EXPECT_THAT(box.ask({"pid"}), testing::AllOf(Field("pid", 1), Field("ppid", 0)));
  EXPECT_NE(box.pid(), 1);
}

CONFORMANCE_CASE(ns, pid_host, .clause = "config-linux.md#namespaces", .level = must,
                 .claim = "without a PID namespace of its own the program has the same number inside and outside",
                 .needs = {need::root}, .faults = {"config:set:/linux/namespaces/-={\"type\":\"pid\"}"}) {
  Serving box = serving(Config::minimal({}).without(Namespace::pid));

  EXPECT_THAT(box.ask({"pid"}), Field("pid", box.pid()));
  EXPECT_NE(box.pid(), 1);
}

CONFORMANCE_CASE(ns, net_lo_only, .clause = "config-linux.md#namespaces", .level = descr,
                 .claim = "a new network namespace has the loopback device and none of the host's",
                 .needs = {need::root, need::network_namespaces}, .faults = {"config:drop:/linux/namespaces/4"}) {
  Serving box = serving(with_new(Namespace::network));

  const std::string inside = box.ask({"read", "/proc/net/dev"}).at("text");

  EXPECT_EQ(interfaces_in(inside), std::vector<std::string>{"lo"});
  EXPECT_EQ(interfaces_in(base::read_file("/proc/" + std::to_string(box.pid()) + "/net/dev")),
            std::vector<std::string>{"lo"});
}

CONFORMANCE_CASE(
    ns, mount_isolated, .clause = "config-linux.md#namespaces", .level = descr,
    .claim = "what the container mounts is in no mount table but its own, even where the host's mounts are shared",
    .needs = {need::root, need::mount_namespaces}, .faults = {"keep_mounts_from_spreading"}) {
  const OwnMounts ours;
  set_propagation("/", MS_REC | MS_SHARED);
  const auto before = mounts_of(getpid()).value().size();

  Serving box = serving(Config::minimal({}).mount({.destination = "/fresh", .type = "tmpfs", .source = "tmpfs"}));

  EXPECT_EQ(mounts_of(getpid()).value().size(), before);
  EXPECT_TRUE(is_mounted(box, "/fresh"));
}

CONFORMANCE_CASE(ns, ipc_isolated, .clause = "config-linux.md#namespaces", .level = descr,
                 .claim = "IPC objects of the host are not there in an IPC namespace of its own",
                 .needs = {need::root, need::ipc_namespaces}, .faults = {"config:drop:/linux/namespaces/1"}) {
  const Segment segment;
  Serving box = serving();

  const std::string inside = box.ask({"read", "/proc/sysvipc/shm"}).at("text");
  const std::string ours = base::read_file("/proc/sysvipc/shm");

  EXPECT_GE(base::split(ours, '\n').size(), 2U);
  EXPECT_EQ(inside.find('\n'), inside.size() - 1) << "more than the heading: " << inside;
}

CONFORMANCE_CASE(ns, cgroup_view, .clause = "config-linux.md#namespaces", .level = descr,
                 .claim = "in a cgroup namespace of its own the container's cgroups are the roots",
                 .needs = {need::root, need::cgroup_namespaces, need::pids_controller},
                 .faults = {"config:drop:/linux/namespaces/4"}) {
  Serving box = serving(with_new(Namespace::cgroup).resource("/pids/limit", 100));

  EXPECT_THAT(cgroup_paths(box), testing::AllOf(testing::Not(testing::IsEmpty()), testing::Each("/")));
}

CONFORMANCE_CASE(ns, net_loopback_up, .clause = "config-linux.md#namespaces", .level = cli,
                 .claim = "the loopback device of a new network namespace is up",
                 .needs = {need::root, need::network_namespaces}, .faults = {"loopback_up"}) {
  const Serving box = serving(with_new(Namespace::network));

  EXPECT_THAT(base::read_file("/proc/" + std::to_string(box.pid()) + "/net/fib_trie"), testing::HasSubstr("127.0.0.1"));
}

}  // namespace runproof
