// exec: no operation of the spec, but every client has it; what it runs is to be what config.json says.
#include <csignal>

#include "base/file.h"
#include "cases/support/crowd.h"
#include "harness/case.h"
#include "harness/observe/cgroup.h"
#include "harness/observe/process.h"

namespace runproof {
namespace {

using testing::Contains;
using testing::Not;

/// What a probe that was executed said: complete, of one verb.
Json reply_of(const Answer& answer, std::string_view verb) {
  const Replies replies = Replies::parse(answer.out);
  EXPECT_THAT(answer, Succeeds());
  EXPECT_TRUE(replies.complete()) << replies.problem();
  return replies.of(verb);
}

std::vector<std::filesystem::path> group_directories(pid_t pid) {
  std::vector<std::filesystem::path> directories;
  for (const Cgroup& group : cgroups_of(pid)) directories.push_back(group.dir);
  return directories;
}

}  // namespace

CONFORMANCE_CASE(exec, basic, .clause = "config.md#process", .level = cli,
                 .claim = "exec runs a program in a running container and passes its output on", .features = {"exec"},
                 .faults = {"join_namespaces"}) {
  Serving box = serving();

  EXPECT_THAT(reply_of(box.exec({"/probe", "args", "one", "two"}), "args"),
              Field("args", Json{"/probe", "args", "one", "two"}));
  EXPECT_EQ(box.status(), Status::running);
}

constexpr std::string_view kExecExitCodes[] = {"0", "1", "42", "255"};

CONFORMANCE_CASE_FOR(exec, exit_code, code, kExecExitCodes, .clause = "config.md#process", .level = cli,
                     .claim = "exec exits with its program's exit code", .features = {"exec"},
                     .faults = {"exit_code_lost"}) {
  Serving box = serving();

  EXPECT_THAT(box.exec({"/probe", "exit", std::string(code)}), ExitsWith(std::stoi(std::string(code))));
}

CONFORMANCE_CASE(exec, not_found, .clause = "config.md#process", .level = cli,
                 .claim = "exec of a program that is not there fails and says so", .features = {"exec"},
                 .faults = {"create_error_silent"}) {
  Serving box = serving();

  EXPECT_THAT(box.exec({"/no/such/program"}), FailsCleanly());
  EXPECT_EQ(box.status(), Status::running);
}

CONFORMANCE_CASE(exec, failure_code, .clause = "config.md#process", .level = cli,
                 .claim = "a failure of exec itself exits with 255", .features = {"exec"},
                 .faults = {"exec_failure_is_one"}) {
  Serving box = serving();

  EXPECT_THAT(box.exec({"/no/such/program"}), ExitsWith(255));
}

CONFORMANCE_CASE(exec, not_found_detached, .clause = "config.md#process", .level = cli,
                 .claim = "exec --detach of a program that is not there fails", .features = {"exec"},
                 .faults = {"create_error_silent"}) {
  Serving box = serving();

  EXPECT_THAT(box.exec({"/no/such/program"}, {.detach = true}), FailsCleanly());
  EXPECT_EQ(box.status(), Status::running);
}

CONFORMANCE_CASE(exec, detach, .clause = "config.md#process", .level = cli,
                 .claim = "exec --detach returns while its program runs", .features = {"exec"},
                 .faults = {"join_namespaces"}) {
  Serving box = serving();

  EXPECT_THAT(box.exec({"/probe", "serve", box.channel().inside()}, {.detach = true}), Succeeds());
  Peer executed = box.accept();
  EXPECT_FALSE(executed.gone());
  EXPECT_NE(executed.inner_pid(), executed.pid());
}

CONFORMANCE_CASE(exec, cwd, .clause = "config.md#process", .level = cli,
                 .claim = "exec --cwd sets the working directory", .features = {"exec"},
                 .faults = {"exec_cwd_dropped"}) {
  Serving box = serving();

  EXPECT_THAT(reply_of(box.exec({"/probe", "cwd"}, {.cwd = "/proc"}), "cwd"), Field("cwd", "/proc"));
}

CONFORMANCE_CASE(exec, cwd_missing, .clause = "config.md#process", .level = cli,
                 .claim = "exec --cwd with a directory that is not there fails", .features = {"exec"},
                 .faults = {"enter_cwd"}) {
  Serving box = serving();

  EXPECT_THAT(box.exec({"/probe", "cwd"}, {.cwd = "/no/such/directory"}), FailsCleanly());
}

CONFORMANCE_CASE(exec, env_add, .clause = "config.md#process", .level = cli,
                 .claim = "exec --env adds to the environment of config.json", .features = {"exec"},
                 .faults = {"exec_env_dropped", "exec_config_ignored"}) {
  Serving box = serving(Config::minimal({}).env({"FROM=config"}));

  const Json env = reply_of(box.exec({"/probe", "env"}, {.env = {"MORE=flag"}}), "env");
  EXPECT_THAT(env.value("env", Json::array()), Contains("FROM=config"));
  EXPECT_THAT(env.value("env", Json::array()), Contains("MORE=flag"));
}

CONFORMANCE_CASE(exec, env_override, .clause = "config.md#process", .level = cli,
                 .claim = "exec --env replaces a variable of config.json", .features = {"exec"},
                 .faults = {"exec_env_dropped"}) {
  Serving box = serving(Config::minimal({}).env({"WHO=config"}));

  const Json env = reply_of(box.exec({"/probe", "env"}, {.env = {"WHO=flag"}}), "env");
  EXPECT_THAT(env.value("env", Json::array()), Contains("WHO=flag"));
  EXPECT_THAT(env.value("env", Json::array()), Not(Contains("WHO=config")));
}

CONFORMANCE_CASE(exec, process_json, .clause = "config.md#process", .level = cli,
                 .claim = "exec --process takes program, environment and directory from the file alone",
                 .features = {"exec"}, .faults = {"env_dropped"}) {
  Serving box = serving(Config::minimal({}).env({"FROM=config"}));
  const auto file = scratch() / "process.json";
  const Json process = {
      {"user", {{"uid", 0}, {"gid", 0}}}, {"args", {"/probe", "env"}}, {"env", {"FROM=file"}}, {"cwd", "/"}};
  base::write_file(file, process.dump());

  const Json env = reply_of(box.exec({}, {.process = file}), "env");
  EXPECT_THAT(env.value("env", Json::array()), Contains("FROM=file"));
  EXPECT_THAT(env.value("env", Json::array()), Not(Contains("FROM=config")));
  EXPECT_THAT(env.value("env", Json::array()), Contains("HOME=/"));
}

CONFORMANCE_CASE(exec, user, .clause = "config.md#process", .level = cli,
                 .claim = "exec --user UID:GID runs the program as that user and group", .needs = {need::root},
                 .features = {"exec"}, .faults = {"exec_user_dropped", "set_user"}) {
  Serving box = serving();

  const Json ids = reply_of(box.exec({"/probe", "ids"}, {.user = "1000:2000"}), "ids");
  EXPECT_THAT(ids, Field("/uid/real", 1000));
  EXPECT_THAT(ids, Field("/gid/real", 2000));
}

CONFORMANCE_CASE(exec, additional_gids, .clause = "config.md#process", .level = cli,
                 .claim = "exec --additional-gids adds groups", .needs = {need::root}, .features = {"exec"},
                 .faults = {"set_groups"}) {
  Serving box = serving();

  const Json ids = reply_of(
      box.exec({"/probe", "ids"}, {.extra = {"--additional-gids", "100", "--additional-gids", "65534"}}), "ids");
  EXPECT_THAT(ids, Field("groups", Json{100, 65534}));
}

CONFORMANCE_CASE(exec, cap_flag, .clause = "config.md#linux-process", .level = cli,
                 .claim = "exec --cap adds a capability to the bounding, effective and permitted sets",
                 .needs = {need::root}, .features = {"exec"}, .faults = {"exec_cap_dropped"}) {
  Serving box = serving(Config::minimal({}).capabilities({"CAP_KILL"}));

  const Json caps = reply_of(box.exec({"/probe", "caps"}, {.extra = {"--cap", "CAP_CHOWN"}}), "caps");
  EXPECT_THAT(caps.value("effective", Json::array()), Contains("CAP_CHOWN"));
  EXPECT_THAT(caps.value("permitted", Json::array()), Contains("CAP_CHOWN"));
  EXPECT_THAT(caps.value("bounding", Json::array()), Contains("CAP_CHOWN"));
  EXPECT_THAT(caps.value("ambient", Json::array()), Not(Contains("CAP_CHOWN")));
}

CONFORMANCE_CASE(exec, cap_unknown, .clause = "config.md#linux-process", .level = cli,
                 .claim = "exec --cap with a name that is no capability fails", .features = {"exec"},
                 .faults = {"exec_unknown_cap_accepted"}) {
  Serving box = serving();

  EXPECT_THAT(box.exec({"/probe", "true"}, {.extra = {"--cap", "CAP_NO_SUCH_THING"}}), FailsCleanly());
}

CONFORMANCE_CASE(exec, caps_from_config, .clause = "config.md#linux-process", .level = cli,
                 .claim = "without flags the program has the capabilities of config.json", .needs = {need::root},
                 .features = {"exec"}, .faults = {"exec_config_ignored"}) {
  Serving box = serving(Config::minimal({}).capabilities({"CAP_KILL"}));

  const Json caps = reply_of(box.exec({"/probe", "caps"}), "caps");
  EXPECT_THAT(caps, Field("effective", Json{"CAP_KILL"}));
  EXPECT_THAT(caps, Field("bounding", Json{"CAP_KILL"}));
}

CONFORMANCE_CASE(exec, no_new_privs, .clause = "config.md#linux-process", .level = cli,
                 .claim = "exec --no-new-privs sets no_new_privs", .features = {"exec"},
                 .faults = {"set_no_new_privileges"}) {
  Serving box = serving(Config::minimal({}).set("/process/noNewPrivileges", false));

  const Json with = reply_of(box.exec({"/probe", "caps"}, {.extra = {"--no-new-privs"}}), "caps");
  const Json without = reply_of(box.exec({"/probe", "caps"}), "caps");
  EXPECT_NE(with["no_new_privileges"], without["no_new_privileges"]);
  EXPECT_THAT(with, Field("no_new_privileges", testing::AnyOf(Json(true), Json(1))));
}

CONFORMANCE_CASE(exec, stopped, .clause = "config.md#process", .level = cli,
                 .claim = "exec in a stopped container is an error", .features = {"exec"}, .tags = {"death"},
                 .faults = {"create_error_silent"}) {
  Container box = stopped();

  EXPECT_THAT(box.exec({"/probe", "true"}), FailsCleanly());
}

CONFORMANCE_CASE(exec, nonexistent, .clause = "config.md#process", .level = cli,
                 .claim = "exec in a container that does not exist is an error", .features = {"exec"},
                 .faults = {"exec_missing_succeeds"}) {
  Container box = container(Config::minimal({"/probe", "true"}));

  EXPECT_THAT(box.exec({"/probe", "true"}), FailsCleanly());
}

CONFORMANCE_CASE(exec, paused_refused, .clause = "config.md#process", .level = cli,
                 .claim = "exec in a paused container is an error", .needs = {need::root, need::freezer},
                 .features = {"exec", "pause"}, .faults = {"exec_paused_accepted", "create_error_silent"}) {
  Serving box = serving();
  require(box.pause());

  EXPECT_THAT(box.exec({"/probe", "true"}), FailsCleanly());
  EXPECT_EQ(box.status(), Status::paused);
  EXPECT_THAT(box.resume(), Succeeds());
}

CONFORMANCE_CASE(exec, process_group, .clause = "config.md#process", .level = cli,
                 .claim = "an executed program leads a process group and a session of its own", .features = {"exec"},
                 .faults = {"new_session"}) {
  Serving box = serving();

  const Json pid = reply_of(box.exec({"/probe", "pid"}), "pid");
  EXPECT_THAT(pid, Field("pgid", pid["pid"]));
  EXPECT_THAT(pid, Field("sid", pid["pid"]));
}

CONFORMANCE_CASE(exec, in_all_namespaces, .clause = "config-linux.md#namespaces", .level = cli,
                 .claim = "an executed program is in every namespace of init", .needs = {need::root},
                 .features = {"exec"}, .faults = {"join_namespaces"}) {
  Serving box = serving(Config::minimal({}).with_new(Namespace::network).with_new(Namespace::cgroup));

  EXPECT_EQ(reply_of(box.exec({"/probe", "ns"}), "ns")["ns"], box.ask({"ns"})["ns"]);
}

CONFORMANCE_CASE(exec, in_cgroup, .clause = "config-linux.md#control-groups", .level = cli,
                 .claim = "an executed program is in the cgroups of the container",
                 .needs = {need::root, need::cgroup_v1, need::pids_controller}, .features = {"exec"},
                 .faults = {"join_cgroups"}) {
  const std::string path = callers_group("executed");
  Serving box = serving(Config::minimal({}).cgroups_path(path));

  EXPECT_THAT(box.exec({"/probe", "serve", box.channel().inside()}, {.detach = true}), Succeeds());
  const Peer executed = box.accept();
  EXPECT_EQ(group_directories(executed.pid()), group_directories(box.pid()));
  EXPECT_THAT(cgroup_of(executed.pid(), "pids")->dir.string(), testing::EndsWith(path));
}

CONFORMANCE_CASE(exec, root_stays_readonly, .clause = "config.md#root", .level = cli,
                 .claim = "an executed program sees the root as read-only as init does", .needs = {need::root},
                 .features = {"exec"}, .faults = {"make_root_readonly"}) {
  Container box = created(Config::minimal({"/probe", "true"}).readonly_root());

  EXPECT_THAT(reply_of(box.exec({"/probe", "write", "/new", "text"}), "write"), Field("errno", testing::_));
}

}  // namespace runproof
