// The pid file: no matter of the spec, but every client reads it.
#include "base/file.h"
#include "base/text.h"
#include "harness/case.h"
#include "harness/observe/process.h"

namespace runproof {

namespace fs = std::filesystem;

namespace {

std::string written(const fs::path& file) { return base::read_file_if_there(file).value_or("no file"); }

}  // namespace

CONFORMANCE_CASE(pidfile, create, .clause = "runtime.md#create", .level = cli,
                 .claim = "create --pid-file writes the pid that state gives",
                 .faults = {"pid_file_wrong_pid", "write_pid_file"}) {
  Container box = created({"/probe", "true"});

  EXPECT_EQ(base::trim(written(box.pid_file())), box.state_json()["pid"].dump());
}

CONFORMANCE_CASE(pidfile, no_newline, .clause = "runtime.md#create", .level = cli,
                 .claim = "the pid file holds the decimal number and nothing else", .faults = {"pid_file_newline"}) {
  Container box = created({"/probe", "true"});

  EXPECT_EQ(written(box.pid_file()), box.state_json()["pid"].dump());
}

CONFORMANCE_CASE(pidfile, run, .clause = "runtime.md#create", .level = cli,
                 .claim = "run --pid-file in the foreground writes the pid that state gives",
                 .faults = {"pid_file_wrong_pid"}) {
  Serving box = container_to_serve();
  Running running = box.run_beside();
  box.await_peer();

  EXPECT_EQ(written(box.pid_file()), box.state_json()["pid"].dump());
}

CONFORMANCE_CASE(pidfile, run_detached, .clause = "runtime.md#create", .level = cli,
                 .claim = "run --detach --pid-file writes the pid that state gives", .faults = {"pid_file_wrong_pid"}) {
  Serving box = container_to_serve();
  require(box.run({.detach = true}));
  box.await_peer();

  EXPECT_EQ(written(box.pid_file()), box.state_json()["pid"].dump());
}

CONFORMANCE_CASE(pidfile, exec, .clause = "runtime.md#create", .level = cli,
                 .claim = "exec --pid-file writes the pid of the new process, not that of init", .features = {"exec"},
                 .faults = {"exec_pid_file_is_init"}) {
  Serving box = serving();
  const fs::path file = scratch() / "exec.pid";

  EXPECT_THAT(box.exec({"/probe", "serve", box.channel().inside()}, {.pid_file = file.string(), .detach = true}),
              Succeeds());
  const Peer executed = box.accept();
  EXPECT_EQ(base::trim(written(file)), std::to_string(executed.pid()));
}

CONFORMANCE_CASE(pidfile, relative_cwd, .clause = "runtime.md#create", .level = cli,
                 .claim = "create --pid-file with a relative path means the caller's working directory",
                 .faults = {"pid_file_in_bundle"}) {
  Container box = container(Config::minimal({"/probe", "true"}));
  require(box.create({.pid_file = "here.pid", .cwd = scratch()}));

  EXPECT_EQ(base::trim(written(scratch() / "here.pid")), box.state_json()["pid"].dump());
}

CONFORMANCE_CASE(pidfile, relative_cwd_run, .clause = "runtime.md#create", .level = cli,
                 .claim = "run --pid-file with a relative path means the caller's working directory",
                 .faults = {"pid_file_in_bundle"}) {
  Serving box = container_to_serve();
  require(box.run({.pid_file = "here.pid", .detach = true, .cwd = scratch()}));
  box.await_peer();

  EXPECT_EQ(base::trim(written(scratch() / "here.pid")), box.state_json()["pid"].dump());
}

CONFORMANCE_CASE(pidfile, unwritable, .clause = "runtime.md#create", .level = cli,
                 .claim = "create fails when it cannot write the pid file, and leaves nothing behind",
                 .tags = {"death"}, .faults = {"pid_file_unwritable_ignored"}) {
  Container box = container(Config::minimal({"/probe", "true"}));

  EXPECT_THAT(box.create({.pid_file = (scratch() / "no" / "such" / "directory").string()}), FailsCleanly());
  EXPECT_THAT(box, IsGone());
}

}  // namespace runproof
