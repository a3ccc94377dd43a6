// `run`: create, start and delete in one command. No operation of the spec, but what clients use.
#include <filesystem>

#include "cases/support/crowd.h"
#include "cases/support/descriptors.h"
#include "cases/support/signals.h"
#include "harness/case.h"
#include "harness/observe/cgroup.h"
#include "harness/observe/process.h"

namespace runproof {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::Not;

CONFORMANCE_CASE(lifecycle, run_foreground, .clause = "runtime.md#lifecycle", .level = cli,
                 .claim = "run passes on what the program prints and comes back when it has ended",
                 .faults = {"args_truncated"}) {
  Container box = container(Config::minimal({"/probe", "pid"}));

  EXPECT_THAT(box.run(), Succeeds());
  EXPECT_THAT(Replies::parse(box.out()).of("pid"), Field("pid", 1)) << box.out();
}

struct ExitCode {
  std::string_view name;
  std::vector<std::string> args;
  int code;
};
const std::array<ExitCode, 5> kExitCodes = {{{"zero", {"/probe", "exit", "0"}, 0},
                                             {"one", {"/probe", "exit", "1"}, 1},
                                             {"forty_two", {"/probe", "exit", "42"}, 42},
                                             {"top", {"/probe", "exit", "255"}, 255},
                                             {"signal", {"/probe", "die", "TERM"}, 128 + SIGTERM}}};

CONFORMANCE_CASE_FOR(
    lifecycle, run_exit_code, one, kExitCodes, .clause = "runtime.md#lifecycle", .level = cli,
    .claim = "run exits with the program's exit code, or 128 and the number of the signal that ended it",
    .faults = {"exit_code_lost"}) {
  Container box = container(host_pidns().args(one.args));

  EXPECT_THAT(box.run(), ExitsWith(one.code));
  EXPECT_TRUE(Replies::parse(box.out()).complete()) << box.out();
}

CONFORMANCE_CASE(lifecycle, run_auto_delete, .clause = "runtime.md#lifecycle", .level = cli,
                 .claim = "after run in the foreground the container is gone", .faults = {"run_keeps_container"}) {
  Container box = container(Config::minimal({"/probe", "true"}));
  require(box.run());

  EXPECT_THAT(box, IsGone());
}

CONFORMANCE_CASE(lifecycle, run_keep, .clause = "runtime.md#lifecycle", .level = cli,
                 .claim = "run --keep leaves a stopped container, which delete removes", .features = {"keep"},
                 .faults = {"delete_stopped_refused"}) {
  Container box = container(Config::minimal({"/probe", "true"}));
  require(box.run({.keep = true}));

  EXPECT_EQ(box.status(), Status::stopped);
  EXPECT_THAT(box.remove(), Succeeds());
  EXPECT_THAT(box, IsGone());
}

CONFORMANCE_CASE(lifecycle, run_keep_cgroup, .clause = "runtime.md#lifecycle", .level = cli,
                 .claim = "run --keep leaves the cgroup until delete", .needs = {need::root, need::cgroups},
                 .features = {"keep"}, .faults = {"delete_leaves_cgroup"}) {
  const std::string path = "/" + fresh_id();  // a scope of systemd's would go with its last process
  Container box = container(Config::minimal({"/probe", "true"}).cgroups_path(path));
  require(box.run({.keep = true}));

  EXPECT_THAT(cgroups_at(path), Not(IsEmpty()));
  EXPECT_THAT(box.remove(), Succeeds());
  EXPECT_THAT(cgroups_at(path), IsEmpty());
}

CONFORMANCE_CASE(lifecycle, run_keep_dup_id, .clause = "runtime.md#lifecycle", .level = cli,
                 .claim = "run --keep with an id that is still kept is an error", .features = {"keep"},
                 .faults = {"id_duplicate_accepted"}) {
  Container box = container(Config::minimal({"/probe", "true"}));
  require(box.run({.keep = true}));

  EXPECT_THAT(box.run({.keep = true}), FailsCleanly());
}

CONFORMANCE_CASE(lifecycle, run_detach, .clause = "runtime.md#lifecycle", .level = cli,
                 .claim = "run --detach comes back while the program runs", .faults = {"state_running_is_created"}) {
  Serving box = container_to_serve();

  EXPECT_THAT(box.run({.detach = true}), Succeeds());
  box.await_peer();
  EXPECT_EQ(box.status(), Status::running);
}

CONFORMANCE_CASE(lifecycle, run_twice_same_id, .clause = "runtime.md#delete", .level = may,
                 .claim = "an id can be run again after its container has deleted itself",
                 .faults = {"run_keeps_container"}) {
  Container box = container(Config::minimal({"/probe", "true"}));
  require(box.run());

  EXPECT_THAT(box.run(), Succeeds());
}

CONFORMANCE_CASE(lifecycle, run_rootfs_dot, .clause = "config.md#root", .level = descr,
                 .claim = "root.path is relative to the bundle: '.' is the bundle itself", .needs = {need::root},
                 .faults = {"config:set:/root/path=\"rootfs/none\""}) {
  const Bundle& here = bundle(Config::minimal({"/probe", "true"}).set("/root/path", "."));
  fs::copy(here.rootfs(), here.path(), fs::copy_options::recursive);
  Container box = container(here);

  EXPECT_THAT(box.run(), Succeeds());
}

struct Detach {
  std::string_view name;
  bool detach;
};
constexpr Detach kDetach[] = {{"foreground", false}, {"detached", true}};

CONFORMANCE_CASE_FOR(lifecycle, run_non_root_user, how, kDetach, .clause = "config.md#posix-platform-user",
                     .level = must, .claim = "run, detached or not, runs the program as another user",
                     .needs = {need::root}, .faults = {"set_user"}) {
  Serving box = container_to_serve(Config::minimal({}).user(1000, 1001));
  Running running = box.run_beside({.detach = how.detach});
  box.await_peer();
  const base::Json ids = box.ask({"ids"});

  EXPECT_THAT(ids, Field("/uid/real", 1000));
  EXPECT_THAT(ids, Field("/gid/real", 1001));
}

constexpr std::string_view kProxied[] = {"term", "int", "hup", "usr1", "usr2", "winch"};

CONFORMANCE_CASE_FOR(lifecycle, run_signal_proxy, word, kProxied, .clause = "runtime.md#lifecycle", .level = cli,
                     .claim = "run in the foreground passes signals that it gets on to the program",
                     .faults = {"run_signals_dropped"}) {
  const std::string signal = upper(word);
  Serving box = container_to_serve();
  Running running = box.run_beside();
  box.await_peer();
  box.ask({"trap", signal});

  running.signal(signal_number(signal));
  EXPECT_THAT(box.peer().next(soon()), Field("signal", signal));
}

CONFORMANCE_CASE(lifecycle, run_subreaper, .clause = "runtime.md#lifecycle", .level = cli,
                 .claim = "with --no-subreaper an orphan of the container goes to the caller's reaper, not to run",
                 .needs = {need::root}, .features = {"no_subreaper"}, .unsabotaged = "refrun has no --no-subreaper") {
  Serving box = container_to_serve(Config::minimal({}).without(Namespace::pid));
  Running running = box.run_beside({.no_subreaper = true});
  box.await_peer();
  box.ask({"fork", "--double"});
  const Peer orphan = box.accept();

  EXPECT_EQ(proc_stat(orphan.pid()).value_or(ProcessStat{}).ppid, getpid());
}

CONFORMANCE_CASE(
    lifecycle, run_exe_sealed, .clause = "runtime.md#lifecycle", .level = hardening,
    .claim = "the runtime's program cannot be overwritten through /proc/PID/exe of a container's init (CVE-2019-5736)",
    .needs = {need::root}, .faults = {"exe_not_sealed"}) {
  Container box = created({"/probe", "true"});  // its init still is the runtime

  EXPECT_EQ(why_exe_is_writable(box.pid()), "");
}

}  // namespace runproof
