// Actions: what becomes of a system call that a rule names, and of one that no rule names (seccomp(2)).
#include <gmock/gmock.h>

#include <cerrno>
#include <csignal>

#include "cases/support/seccomp.h"
#include "cases/support/signals.h"
#include "harness/case.h"

namespace runproof {

CONFORMANCE_CASE(seccomp, action_kill, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ACT_KILL kills the thread that makes the call, by SIGSYS",
                 .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp/syscalls",
                            "config:set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_ERRNO\""}) {
  Serving box = serving(with_rule({{"names", {"getpriority"}}, {"action", "SCMP_ACT_KILL"}}));

  EXPECT_THAT(box.ask({"spawn", "/probe", "call", "getpriority"}), Field("signal", SIGSYS));
  EXPECT_THAT(box.ask({"call", "getsid"}), Field("raised", 0));
}

CONFORMANCE_CASE(seccomp, action_kill_process, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ACT_KILL_PROCESS kills the whole process, whichever thread makes the call",
                 .needs = {need::root, need::seccomp}, .features = {"seccomp.action.SCMP_ACT_KILL_PROCESS"},
                 .faults = {"config:drop:/linux/seccomp/syscalls",
                            "config:set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_KILL_THREAD\""}) {
  Serving box = serving(with_rule({{"names", {"getpriority"}}, {"action", "SCMP_ACT_KILL_PROCESS"}}));

  EXPECT_THAT(box.ask({"spawn", "/probe", "call", "--thread", "getpriority"}), Field("signal", SIGSYS));
  EXPECT_THAT(box.ask({"call", "getsid"}), Field("raised", 0));
}

CONFORMANCE_CASE(seccomp, action_kill_thread, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ACT_KILL_THREAD kills the thread that makes the call; the others go on",
                 .needs = {need::root, need::seccomp}, .features = {"seccomp.action.SCMP_ACT_KILL_THREAD"},
                 .faults = {"config:drop:/linux/seccomp/syscalls",
                            "config:set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_KILL_PROCESS\""}) {
  Serving box = serving(with_rule({{"names", {"getpriority"}}, {"action", "SCMP_ACT_KILL_THREAD"}}));

  EXPECT_THAT(box.ask({"call", "--thread", "getpriority"}), Field("raised", -1));
  EXPECT_THAT(box.ask({"call", "getsid"}), Field("raised", 0));
}

CONFORMANCE_CASE(seccomp, action_trap, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ACT_TRAP sends SIGSYS, which a handler can take", .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp/syscalls",
                            "config:set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_ERRNO\""}) {
  Serving box = serving(with_rule({{"names", {"getpriority"}}, {"action", "SCMP_ACT_TRAP"}}));
  box.ask({"trap", "SYS"});

  box.ask({"call", "getpriority"});

  EXPECT_TRUE(has_caught(box.peer(), "SYS"));
}

CONFORMANCE_CASE(seccomp, action_errno, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ACT_ERRNO gives the caller an error, and the call is not made",
                 .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp/syscalls",
                            "config:set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_LOG\""}) {
  Serving box = serving(with_rule({{"names", {"getpriority"}}, {"action", "SCMP_ACT_ERRNO"}}));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", EPERM));
  EXPECT_THAT(box.ask({"call", "getsid"}), Field("raised", 0));
}

CONFORMANCE_CASE(seccomp, action_trace, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ACT_TRACE without a tracer gives ENOSYS", .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp/syscalls",
                            "config:set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_ERRNO\""}) {
  Serving box = serving(with_rule({{"names", {"getpriority"}}, {"action", "SCMP_ACT_TRACE"}}));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", ENOSYS));
  EXPECT_THAT(box.ask({"call", "getsid"}), Field("raised", 0));
}

CONFORMANCE_CASE(seccomp, action_allow, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ACT_ALLOW lets the call pass, whatever the default is",
                 .needs = {need::root, need::seccomp},
                 .faults = {"config:set:/linux/seccomp/syscalls/1/action=\"SCMP_ACT_ERRNO\"",
                            "config:drop:/linux/seccomp/syscalls/1"}) {
  Config config = with_default("SCMP_ACT_ERRNO");
  config.set("/linux/seccomp/syscalls/-", {{"names", {"getpriority"}}, {"action", "SCMP_ACT_ALLOW"}});

  EXPECT_THAT(ask(config, {"/probe", "call", "getpriority"}), Field("raised", 0));
  EXPECT_THAT(ask(config, {"/probe", "call", "getsid"}), Field("raised", EPERM));
}

CONFORMANCE_CASE(seccomp, action_log, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "SCMP_ACT_LOG lets the call pass", .needs = {need::root, need::seccomp},
                 .features = {"seccomp.action.SCMP_ACT_LOG"},
                 .faults = {"config:set:/linux/seccomp/syscalls/0/action=\"SCMP_ACT_ERRNO\""}) {
  Serving box = serving(with_rule({{"names", {"getpriority"}}, {"action", "SCMP_ACT_LOG"}}));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", 0));
  EXPECT_THAT(box.ask({"call", "getsid"}), Field("raised", 0));
}

CONFORMANCE_CASE(seccomp, default_kill, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "with defaultAction SCMP_ACT_KILL a call without a rule is killed for",
                 .needs = {need::root, need::seccomp},
                 .faults = {"config:set:/linux/seccomp/defaultAction=\"SCMP_ACT_ALLOW\""}) {
  EXPECT_THAT(ask(with_default("SCMP_ACT_KILL"), {"/probe", "spawn", "/probe", "call", "getpriority"}),
              Field("signal", SIGSYS));
}

CONFORMANCE_CASE(seccomp, default_kill_process, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "with defaultAction SCMP_ACT_KILL_PROCESS a call without a rule ends the whole process",
                 .needs = {need::root, need::seccomp}, .features = {"seccomp.action.SCMP_ACT_KILL_PROCESS"},
                 .faults = {"config:set:/linux/seccomp/defaultAction=\"SCMP_ACT_KILL_THREAD\""}) {
  EXPECT_THAT(
      ask(with_default("SCMP_ACT_KILL_PROCESS"), {"/probe", "spawn", "/probe", "call", "--thread", "getpriority"}),
      Field("signal", SIGSYS));
}

CONFORMANCE_CASE(seccomp, default_kill_thread, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "with defaultAction SCMP_ACT_KILL_THREAD a call without a rule ends its thread",
                 .needs = {need::root, need::seccomp}, .features = {"seccomp.action.SCMP_ACT_KILL_THREAD"},
                 .faults = {"config:set:/linux/seccomp/defaultAction=\"SCMP_ACT_ALLOW\""}) {
  EXPECT_THAT(ask(with_default("SCMP_ACT_KILL_THREAD"), {"/probe", "call", "--thread", "getpriority"}),
              Field("raised", -1));
}

CONFORMANCE_CASE(seccomp, default_trap, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "with defaultAction SCMP_ACT_TRAP a call without a rule sends SIGSYS",
                 .needs = {need::root, need::seccomp},
                 .faults = {"config:set:/linux/seccomp/defaultAction=\"SCMP_ACT_ERRNO\""}) {
  EXPECT_THAT(ask(with_default("SCMP_ACT_TRAP"), {"/probe", "spawn", "/probe", "call", "getpriority"}),
              Field("signal", SIGSYS));
}

CONFORMANCE_CASE(seccomp, default_errno, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "with defaultAction SCMP_ACT_ERRNO a call without a rule fails",
                 .needs = {need::root, need::seccomp},
                 .faults = {"config:set:/linux/seccomp/defaultAction=\"SCMP_ACT_ALLOW\""}) {
  EXPECT_THAT(ask(with_default("SCMP_ACT_ERRNO"), {"/probe", "call", "getpriority"}), Field("raised", EPERM));
}

CONFORMANCE_CASE(
    seccomp, default_trace, .clause = "config-linux.md#seccomp", .level = descr,
    .claim = "with defaultAction SCMP_ACT_TRACE a call without a rule fails with ENOSYS where nobody traces",
    .needs = {need::root, need::seccomp}, .faults = {"config:set:/linux/seccomp/defaultAction=\"SCMP_ACT_ALLOW\""}) {
  EXPECT_THAT(ask(with_default("SCMP_ACT_TRACE"), {"/probe", "call", "getpriority"}), Field("raised", ENOSYS));
}

CONFORMANCE_CASE(seccomp, default_log, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "with defaultAction SCMP_ACT_LOG a call without a rule passes",
                 .needs = {need::root, need::seccomp}, .features = {"seccomp.action.SCMP_ACT_LOG"},
                 .faults = {"config:set:/linux/seccomp/defaultAction=\"SCMP_ACT_ERRNO\""}) {
  EXPECT_THAT(ask(with_default("SCMP_ACT_LOG"), {"/probe", "call", "getpriority"}), Field("raised", 0));
}

CONFORMANCE_CASE(seccomp, errno_default_eperm, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "without errnoRet the error is EPERM", .needs = {need::root, need::seccomp},
                 .faults = {"config:set:/linux/seccomp/syscalls/0/errnoRet=77"}) {
  Serving box = serving(with_rule({{"names", {"getpriority"}}, {"action", "SCMP_ACT_ERRNO"}}));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", EPERM));
  EXPECT_THAT(box.ask({"call", "getsid"}), Field("raised", 0));
}

CONFORMANCE_CASE(seccomp, errno_explicit, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "errnoRet is the error", .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp/syscalls/0/errnoRet"}) {
  Serving box = serving(with_rule({{"names", {"getpriority"}}, {"action", "SCMP_ACT_ERRNO"}, {"errnoRet", 77}}));

  EXPECT_THAT(box.ask({"call", "getpriority"}), Field("raised", 77));
}

CONFORMANCE_CASE(seccomp, errno_default_errno_ret, .clause = "config-linux.md#seccomp", .level = descr,
                 .claim = "defaultErrnoRet is the error of what no rule names", .needs = {need::root, need::seccomp},
                 .faults = {"config:drop:/linux/seccomp/defaultErrnoRet"}) {
  const Config config = with_default("SCMP_ACT_ERRNO").set("/linux/seccomp/defaultErrnoRet", 77);

  EXPECT_THAT(ask(config, {"/probe", "call", "getpriority"}), Field("raised", 77));
}

}  // namespace runproof
