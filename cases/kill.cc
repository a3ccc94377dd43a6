// runtime.md: kill. What KILL means without a PID namespace of one's own is in kill_host_pidns.cc.
#include "cases/support/signals.h"
#include "harness/case.h"
#include "harness/observe/namespaces.h"

namespace runproof {

CONFORMANCE_CASE(kill, no_id, .clause = "runtime.md#kill", .level = must, .claim = "kill without an id is an error",
                 .faults = {"missing_id_accepted"}) {
  EXPECT_THAT(runtime({"kill"}), FailsCleanly());
}

CONFORMANCE_CASE(kill, nonexistent, .clause = "runtime.md#kill", .level = must,
                 .claim = "a signal for a container that does not exist is an error",
                 .faults = {"kill_missing_succeeds"}) {
  Container box = container(Config::minimal({"/probe", "true"}));

  EXPECT_THAT(box.kill(SIGKILL), FailsCleanly());
}

CONFORMANCE_CASE(kill, created, .clause = "runtime.md#kill", .level = must, .claim = "KILL ends a created container",
                 .tags = {"death"}, .faults = {"kill_created_refused"}) {
  Container box = created({"/probe", "true"});

  EXPECT_THAT(box.kill(SIGKILL), Succeeds());
  box.await(Status::stopped);
}

CONFORMANCE_CASE(kill, running, .clause = "runtime.md#kill", .level = must, .claim = "KILL ends a running container",
                 .tags = {"death"}, .faults = {"kill_ignores_number"}) {
  Serving box = serving();

  EXPECT_THAT(box.kill(SIGKILL), Succeeds());
  box.await(Status::stopped);
}

CONFORMANCE_CASE(kill, stopped_error, .clause = "runtime.md#kill", .level = must,
                 .claim = "a signal for a container that is neither created nor running is an error", .tags = {"death"},
                 .faults = {"kill_accepts_stopped"}) {
  Container box = stopped();

  EXPECT_THAT(box.kill(SIGTERM), FailsCleanly());
  EXPECT_EQ(box.status(), Status::stopped);
}

CONFORMANCE_CASE(kill, stopped_no_effect, .clause = "runtime.md#kill", .level = must,
                 .claim = "a refused signal changes nothing in the container's state", .tags = {"death"},
                 .faults = {"kill_stopped_deletes"}) {
  Container box = stopped();
  const base::Json before = box.state_json();

  EXPECT_THAT(box.kill(SIGKILL), FailsCleanly());
  EXPECT_EQ(box.state_json(), before);
}

CONFORMANCE_CASE(kill, signal_term, .clause = "runtime.md#kill", .level = must,
                 .claim = "TERM reaches a handler of the program", .faults = {"kill_sends_kill", "send_signal"}) {
  Serving box = serving();
  box.ask({"trap", "TERM"});

  ASSERT_THAT(box.kill(SIGTERM), Succeeds());
  EXPECT_THAT(box.peer().next(soon()), Field("signal", "TERM"));
}

CONFORMANCE_CASE(kill, signal_usr1, .clause = "runtime.md#kill", .level = must,
                 .claim = "USR1 reaches a handler of the program",
                 .faults = {"kill_sends_kill", "kill_ignores_number", "kill_refuses_short_names"}) {
  Serving box = serving();
  box.ask({"trap", "USR1"});

  ASSERT_THAT(box.kill("USR1"), Succeeds());
  EXPECT_THAT(box.peer().next(soon()), Field("signal", "USR1"));
}

CONFORMANCE_CASE(kill, signal_usr2, .clause = "runtime.md#kill", .level = must,
                 .claim = "USR2 reaches a handler of the program",
                 .faults = {"kill_sends_kill", "kill_ignores_number"}) {
  Serving box = serving();
  box.ask({"trap", "USR2"});

  ASSERT_THAT(box.kill("USR2"), Succeeds());
  EXPECT_THAT(box.peer().next(soon()), Field("signal", "USR2"));
}

CONFORMANCE_CASE(kill, signal_sig_prefix, .clause = "runtime.md#kill", .level = cli,
                 .claim = "a signal may be named with SIG before it", .faults = {"kill_refuses_sig_prefix"}) {
  Serving box = serving();
  box.ask({"trap", "USR1"});

  ASSERT_THAT(box.kill("SIGUSR1"), Succeeds());
  EXPECT_THAT(box.peer().next(soon()), Field("signal", "USR1"));
}

CONFORMANCE_CASE(kill, signal_number, .clause = "runtime.md#kill", .level = cli,
                 .claim = "a signal may be given by its number", .faults = {"kill_ignores_number"}) {
  Serving box = serving();
  box.ask({"trap", "USR1"});

  ASSERT_THAT(box.kill("10"), Succeeds());
  EXPECT_THAT(box.peer().next(soon()), Field("signal", "USR1"));
}

struct RealtimeWord {
  std::string_view name;
  std::string_view word;
};
constexpr RealtimeWord kRealtimeWords[] = {{"name", "RTMIN+3"}, {"prefixed", "SIGRTMIN+3"}, {"number", "37"}};

CONFORMANCE_CASE_FOR(kill, signal_realtime, given, kRealtimeWords, .clause = "runtime.md#kill", .level = cli,
                     .claim = "a real-time signal may be given by name (RTMIN+3) or by number",
                     .faults = {"kill_sends_kill", "kill_refuses_realtime"}) {
  Serving box = serving();
  box.ask({"trap", "RTMIN+3"});

  ASSERT_THAT(box.kill(given.word), Succeeds());
  EXPECT_THAT(box.peer().next(soon()), Field("signal", "RTMIN+3"));
}

CONFORMANCE_CASE(kill, signal_zero, .clause = "runtime.md#kill", .level = cli,
                 .claim = "signal 0 looks whether the container lives, and does nothing",
                 .faults = {"kill_sends_kill"}) {
  Serving box = serving();

  EXPECT_THAT(box.kill("0"), Succeeds());
  EXPECT_THAT(box.ask({"pid"}), Field("pid", 1));
  EXPECT_EQ(box.status(), Status::running);
}

constexpr std::string_view kBadSignals[] = {"nosuch", "term1", "sig"};

CONFORMANCE_CASE_FOR(kill, signal_invalid, word, kBadSignals, .clause = "config.md#valid-values", .level = must,
                     .claim = "a signal that there is not is an error, and reaches nobody",
                     .faults = {"kill_unknown_signal_is_term"}) {
  Serving box = serving();

  EXPECT_THAT(box.kill(upper(word)), FailsCleanly());
  EXPECT_EQ(box.status(), Status::running);
}

CONFORMANCE_CASE(kill, signal_out_of_range, .clause = "config.md#valid-values", .level = must,
                 .claim = "a signal number that there is not is an error, and reaches nobody",
                 .faults = {"kill_unknown_signal_is_term"}) {
  Serving box = serving();

  EXPECT_THAT(box.kill("999"), FailsCleanly());
  EXPECT_EQ(box.status(), Status::running);
}

CONFORMANCE_CASE(kill, signal_default_term, .clause = "runtime.md#kill", .level = cli,
                 .claim = "without a signal kill sends TERM", .faults = {"kill_default_is_kill"}) {
  Serving box = serving();
  box.ask({"trap", "TERM"});

  ASSERT_THAT(box.kill(""), Succeeds());
  EXPECT_THAT(box.peer().next(soon()), Field("signal", "TERM"));
}

CONFORMANCE_CASE(kill, only_init, .clause = "runtime.md#kill", .level = must,
                 .claim = "a signal goes to the container process, and to no other process of the container",
                 .faults = {"kill_signals_all"}) {
  Serving box = serving();
  box.ask({"fork"});
  Peer child = box.accept();
  box.ask({"trap", "USR1"});
  (void)child.ask({"trap", "USR1"}, soon());

  ASSERT_THAT(box.kill("USR1"), Succeeds());
  EXPECT_THAT(box.peer().next(soon()), Field("signal", "USR1"));
  EXPECT_FALSE(has_caught(child, "USR1"));
}

CONFORMANCE_CASE(kill, all, .clause = "runtime.md#kill", .level = cli,
                 .claim = "kill --all signals every process of the container", .needs = {need::root, need::cgroups},
                 .features = {"kill_all"}, .faults = {"kill_all_only_init"}) {
  Serving box = serving();
  box.ask({"fork"});
  Peer child = box.accept();
  box.ask({"trap", "USR1"});
  (void)child.ask({"trap", "USR1"}, soon());

  EXPECT_THAT(box.kill("USR1", {.all = true}), Succeeds());
  EXPECT_TRUE(has_caught(box.peer(), "USR1"));
  EXPECT_TRUE(has_caught(child, "USR1"));
}

CONFORMANCE_CASE(kill, all_stopped_ok, .clause = "runtime.md#kill", .level = cli,
                 .claim = "kill --all of a stopped container is no error", .features = {"kill_all"}, .tags = {"death"},
                 .faults = {"kill_all_stopped_refused"}) {
  Container box = stopped();

  EXPECT_THAT(box.kill("KILL", {.all = true}), Succeeds());
}

CONFORMANCE_CASE(kill, shared_pidns, .clause = "runtime.md#kill", .level = cli,
                 .claim = "KILL of a container that joined another one's PID namespace leaves that one alive",
                 .needs = {need::root}, .tags = {"death"}, .faults = {"kill_hits_pid_namespace_sharers"}) {
  Serving owner = serving();
  const std::string theirs = "/proc/" + std::to_string(owner.pid()) + "/ns/pid";
  Serving guest = serving(Config::minimal({}).without(Namespace::pid).joining(Namespace::pid, theirs));
  ASSERT_EQ(namespace_of(guest.pid(), "pid"), namespace_of(owner.pid(), "pid"));

  EXPECT_THAT(guest.kill(SIGKILL), Succeeds());
  guest.await(Status::stopped);
  EXPECT_THAT(owner.init(), IsAlive());
  EXPECT_EQ(owner.status(), Status::running);
}

CONFORMANCE_CASE(kill, paused, .clause = "runtime.md#kill", .level = cli,
                 .claim = "KILL ends a paused container, at the latest when it is resumed",
                 .needs = {need::root, need::freezer}, .features = {"pause"}, .tags = {"death"},
                 .faults = {"kill_ignores_number"}) {
  Serving box = serving();
  require(box.pause());

  EXPECT_THAT(box.kill(SIGKILL), Succeeds());
  (void)box.resume();  // the v1 freezer holds the dying back; on v2 there is nothing left to resume
  box.await(Status::stopped);
}

}  // namespace runproof
