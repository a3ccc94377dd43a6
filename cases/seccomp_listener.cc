// SCMP_ACT_NOTIFY: the filter's listener goes to whoever listens at listenerPath.
#include <gmock/gmock.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "base/file.h"
#include "cases/support/attempt.h"
#include "cases/support/hooked.h"
#include "cases/support/seccomp.h"
#include "cases/support/seccomp_agent.h"
#include "cases/support/state_schema.h"
#include "cases/support/told.h"
#include "harness/case.h"
#include "harness/observe/process.h"

namespace runproof {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::IsEmpty;
using testing::IsTrue;
using testing::Matcher;
using testing::ResultOf;
using testing::SizeIs;

constexpr std::string_view kMetadata = "MKNOD=/dev/null,/dev/net/tun;BPF_MAP_TYPES=hash,array";
constexpr std::string_view kPathPointer = "/linux/seccomp/listenerPath";

/// The agent at `path` is asked for getpriority(2).
Config notifying(const std::filesystem::path& path) {
  return with_rule({{"names", {"getpriority"}}, {"action", "SCMP_ACT_NOTIFY"}}).set(kPathPointer, path.string());
}
Config notifying(const SeccompAgent& agent) { return notifying(agent.path()); }

Matcher<const Json&> IsVersion() {
  return ResultOf(
      "a version", [](const Json& value) { return value.is_string() && is_semver(value.get<std::string>()); },
      IsTrue());
}

}  // namespace

CONFORMANCE_CASE(seccomp, notify_state, .clause = "config-linux.md#the-container-process-state", .level = must,
                 .claim = "the agent gets ociVersion, pid and state of the container process, and the metadata",
                 .needs = {need::root, need::seccomp_notify}, .features = {"seccomp.action.SCMP_ACT_NOTIFY"},
                 .faults = {"listener_not_sent", "listener_metadata_dropped", "listener_state_dropped",
                            "listener_wrong_pid", "config:drop:/linux/seccomp/listenerMetadata"}) {
  const SeccompAgent agent(scratch());
  const Serving box = serving(notifying(agent).set("/linux/seccomp/listenerMetadata", kMetadata));

  const Json said = agent.receive(soon()).state();
  EXPECT_THAT(said, Field("ociVersion", IsVersion()));
  EXPECT_THAT(said, Field("pid", box.pid()));
  EXPECT_THAT(said, Field("metadata", kMetadata));
  EXPECT_THAT(said, Field("state", AnyOf(IsStateOf(box, "creating"), IsStateOf(box, "created"))));
  EXPECT_THAT(said, Field("/state/pid", box.pid()));
}

CONFORMANCE_CASE(seccomp, notify_fd, .clause = "config-linux.md#seccomp", .level = must,
                 .claim = "one descriptor comes with the state, named seccompFd: the filter's listener",
                 .needs = {need::root, need::seccomp_notify}, .features = {"seccomp.action.SCMP_ACT_NOTIFY"},
                 .faults = {"listener_not_sent", "listener_fd_unnamed", "listener_fd_twice"}) {
  const SeccompAgent agent(scratch());
  const Serving box = serving(notifying(agent));

  const Handover brought = agent.receive(soon());
  EXPECT_THAT(brought.state(), Field("fds", Json{"seccompFd"}));
  ASSERT_THAT(brought.fds, SizeIs(1));
  EXPECT_EQ(link_of(getpid(), "fd/" + std::to_string(brought.fds.front().get())), "anon_inode:seccomp notify");
  EXPECT_THAT(brought.late_fds, IsEmpty());
}

CONFORMANCE_CASE(seccomp, notify_one_per_connection, .clause = "config-linux.md#seccomp", .level = must,
                 .claim = "one state goes over one connection, which is closed after it",
                 .needs = {need::root, need::seccomp_notify}, .features = {"seccomp.action.SCMP_ACT_NOTIFY"},
                 .faults = {"listener_state_twice", "listener_connection_kept"}) {
  const SeccompAgent agent(scratch());
  const Serving box = serving(notifying(agent));

  const Handover brought = agent.receive(context().within(std::chrono::seconds(3)));
  EXPECT_TRUE(brought.closed) << "the connection is still open";
  EXPECT_THAT(brought.state(), Field("state", Field("id", box.id())));
  EXPECT_TRUE(agent.quiet()) << "there is another connection";
}

CONFORMANCE_CASE(seccomp, notify_fds_first_sendmsg, .clause = "config-linux.md#the-container-process-state",
                 .level = must, .claim = "the descriptors come with the first byte of the state, and not again",
                 .needs = {need::root, need::seccomp_notify}, .features = {"seccomp.action.SCMP_ACT_NOTIFY"},
                 .faults = {"listener_fd_late", "listener_fd_again"}) {
  const SeccompAgent agent(scratch());
  const Serving box = serving(notifying(agent).set("/linux/seccomp/listenerMetadata", std::string(20'000, 'm')));

  const Handover brought = agent.receive(soon());
  EXPECT_THAT(brought.state(), Field("metadata", std::string(20'000, 'm')));
  EXPECT_THAT(brought.fds, SizeIs(1));
  EXPECT_THAT(brought.late_fds, IsEmpty());
}

CONFORMANCE_CASE(seccomp, notify_sock_stream, .clause = "config-linux.md#seccomp", .level = must,
                 .claim = "an agent whose socket is no SOCK_STREAM is an error of create or start",
                 .needs = {need::root, need::seccomp_notify}, .features = {"seccomp.action.SCMP_ACT_NOTIFY"},
                 .faults = {"listener_failure_ignored",
                            "config:set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_LOG\""}) {
  const SeccompAgent agent(scratch(), SOCK_SEQPACKET);
  Container box = container(notifying(agent).args({"/probe", "true"}));

  EXPECT_THAT(attempt(box), FailsCleanly());
  EXPECT_TRUE(agent.quiet());
}

struct NoAgent {
  std::string_view name;
  std::string_view place;  // below the scratch directory
};
constexpr NoAgent kNoAgents[] = {{"missing", "nowhere"}, {"no_socket", "file"}, {"nobody_listens", "agent"}};

CONFORMANCE_CASE_FOR(seccomp, notify_bad_path, place, kNoAgents, .clause = "config-linux.md#seccomp", .level = must,
                     .claim = "where the state cannot be sent to listenerPath, create or start fails",
                     .needs = {need::root, need::seccomp_notify}, .features = {"seccomp.action.SCMP_ACT_NOTIFY"},
                     .faults = {"listener_failure_ignored"}) {
  base::write_file(scratch() / "file", "");
  static_cast<void>(SeccompAgent(scratch()));  // its socket file stays
  Container box = container(notifying(scratch() / place.place).args({"/probe", "true"}));

  EXPECT_THAT(attempt(box), FailsCleanly());
  EXPECT_EQ(box.out(), "");
}

struct Privileges {
  std::string_view name;
  bool no_new;
};
constexpr Privileges kPrivileges[] = {{"nnp_true", true}, {"nnp_false", false}};

CONFORMANCE_CASE_FOR(seccomp, notify_works, privileges, kPrivileges, .clause = "config-linux.md#seccomp",
                     .level = descr,
                     .claim = "the agent's answer is what the program gets, with and without noNewPrivileges",
                     .needs = {need::root, need::seccomp_notify}, .features = {"seccomp.action.SCMP_ACT_NOTIFY"},
                     .faults = {"listener_not_sent"}) {
  const SeccompAgent agent(scratch());
  Serving box = serving(notifying(agent).set("/process/noNewPrivileges", privileges.no_new));
  const SeccompListener listener = agent.receive(soon()).listener();
  std::future<Notification> answered = refusing_one(listener, EL2HLT, soon());

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", EL2HLT));
  const Notification asked = answered.get();
  EXPECT_EQ(asked.pid, box.pid());
  EXPECT_EQ(asked.call, SYS_getpriority);
  EXPECT_THAT(box.ask({"call", "getsid"}), Field("raised", 0));
}

CONFORMANCE_CASE_FOR(seccomp, notify_important_syscalls, privileges, kPrivileges, .clause = "config-linux.md#seccomp",
                     .level = hardening,
                     .claim = "an agent that is asked for execve, open, read and close does not lock up start",
                     .needs = {need::root, need::seccomp_notify}, .features = {"seccomp.action.SCMP_ACT_NOTIFY"},
                     .tags = {"death"}, .faults = {"listener_not_sent"}) {
  const SeccompAgent agent(scratch());
  Config config = notifying(agent).set("/process/noNewPrivileges", privileges.no_new).args({"/probe", "cwd"});
  config.set("/linux/seccomp/syscalls/0/names", {"execve", "openat", "read", "close", "readlink", "getcwd"});
  std::future<std::set<int>> calls = agent.let_all_pass(soon());

  Container box = started(config);
  box.await_init_death();
  EXPECT_TRUE(Replies::parse(box.out()).complete()) << box.out();
  EXPECT_THAT(calls.get(), AllOf(Contains(SYS_execve), Contains(SYS_getcwd)));
}

CONFORMANCE_CASE(seccomp, notify_write_refused, .clause = "config-linux.md#seccomp", .level = cli,
                 .claim = "SCMP_ACT_NOTIFY for write is refused, or the agent's program writes: nothing locks up",
                 .needs = {need::root, need::seccomp_notify}, .features = {"seccomp.action.SCMP_ACT_NOTIFY"},
                 .tags = {"death"}, .faults = {"listener_not_sent"}) {
  const SeccompAgent agent(scratch());
  Config config = notifying(agent).args({"/probe", "cwd"});
  config.set("/linux/seccomp/syscalls/0/names", {"write", "writev"});
  const std::future<std::set<int>> calls = agent.let_all_pass(soon());

  EXPECT_THAT(attempt(container(config), "cwd"), RefusedOr(Field("cwd", "/")));
}

CONFORMANCE_CASE(
    seccomp, notify_wait_killable, .clause = "config-linux.md#seccomp", .level = descr,
    .claim = "with SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV only SIGKILL breaks into a call that the agent has seen",
    .needs = {need::root, need::seccomp_notify},
    .features = {"seccomp.action.SCMP_ACT_NOTIFY", "seccomp.flag.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"},
    .faults = {"config:drop:/linux/seccomp/flags"}, .since = "1.1.0") {
  const SeccompAgent agent(scratch());
  Serving box = serving(notifying(agent).oci_version("1.1.0").set(
      "/linux/seccomp/flags", Json::array({"SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"})));
  const SeccompListener listener = agent.receive(soon()).listener();
  box.ask({"trap", "USR1"});
  std::future<bool> waited_on = refusing_one_after_signal(listener, EL2HLT, SIGUSR1, soon());

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", EL2HLT));
  EXPECT_TRUE(waited_on.get());
}

CONFORMANCE_CASE(seccomp, notify_old_kernel, .clause = "runtime.md#create", .level = must,
                 .claim = "where the kernel gives no listener, SCMP_ACT_NOTIFY is an error of create or start",
                 .needs = {need::root, need::seccomp_notify}, .features = {"seccomp.action.SCMP_ACT_NOTIFY"},
                 .faults = {"config:set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_LOG\""}) {
  const SeccompAgent agent(scratch());
  Container box = container(notifying(agent).args({"/probe", "true"}));
  refuse_listeners();

  EXPECT_THAT(attempt(box), FailsCleanly());
}

CONFORMANCE_CASE(seccomp, notify_agent_dies, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "nobody but the agent has the listener: once that is gone, the calls fail with ENOSYS",
                 .needs = {need::root, need::seccomp_notify}, .features = {"seccomp.action.SCMP_ACT_NOTIFY"},
                 .faults = {"listener_kept_open"}) {
  const SeccompAgent agent(scratch());
  Serving box = serving(notifying(agent));
  ASSERT_THAT(agent.receive(soon()).fds, SizeIs(1));  // and closed

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", ENOSYS));
}

CONFORMANCE_CASE(seccomp, notify_exec, .clause = "config-linux.md#seccomp", .level = cli,
                 .claim = "exec's process has a listener of its own, which the agent gets over a new connection",
                 .needs = {need::root, need::seccomp_notify}, .features = {"seccomp.action.SCMP_ACT_NOTIFY", "exec"},
                 .faults = {"listener_not_sent"}) {
  const SeccompAgent agent(scratch());
  Serving box = serving(notifying(agent));
  const SeccompListener listener_of_init = agent.receive(soon()).listener();
  require(box.exec({"/probe", "serve", box.channel().inside()}, {.detach = true}));
  Peer executed = box.accept();

  Handover brought = agent.receive(soon());
  EXPECT_THAT(brought.state(), Field("pid", executed.pid()));
  EXPECT_THAT(brought.state(), Field("state", Field("id", box.id())));
  const SeccompListener listener = brought.listener();
  std::future<Notification> answered = refusing_one(listener, EL2HLT, soon());
  EXPECT_THAT(executed.ask({"call", "getpriority"}, soon()), Field("raised", EL2HLT));
  EXPECT_EQ(answered.get().pid, executed.pid());
}

}  // namespace runproof
