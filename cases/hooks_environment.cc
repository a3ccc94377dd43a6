// What a hook is executed with: arguments, environment, directory, privileges.

#include <cstdlib>

#include "base/file.h"
#include "cases/support/hooked.h"

namespace runproof {

using testing::Contains;
using testing::ElementsAre;

CONFORMANCE_CASE(hooks, args_verbatim, .clause = "config.md#posix-platform-hooks", .level = descr,
                 .claim = "a hook gets its args as they stand, args[0] as its name", .needs = {need::root},
                 .faults = {"hook_args_dropped"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  const std::vector<std::string> args = {"not the path", "hook", hooked.log(), "hook", "args",  "",
                                         " two words ",  "*",    "$HOME",      "\\n",  "\u00e4"};
  hooked.hook(HookKind::create_runtime, "hook");
  write(bundle, hooked.config.set("/hooks/createRuntime/0/args", args));
  Container box = container(bundle);

  EXPECT_THAT(box.create(), Succeeds());

  EXPECT_EQ(hooked.run("hook").record.at("args"), Json(args));
}

CONFORMANCE_CASE(hooks, args_unset, .clause = "config.md#posix-platform-hooks", .level = descr,
                 .claim = "a hook without args gets its path as its name, and no more", .needs = {need::root},
                 .faults = {"hook_env_dropped", "create_runtime_hooks"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  // Without arguments the probe takes its words from the environment.
  const std::string words = "PROBE_WORDS=hook\n" + hooked.log() + "\nhook";
  hooked.hook(HookKind::create_runtime, "hook").config.drop("/hooks/createRuntime/0/args");
  write(bundle, hooked.config.set("/hooks/createRuntime/0/env", {words}));
  Container box = container(bundle);

  EXPECT_THAT(box.create(), Succeeds());

  EXPECT_EQ(hooked.run("hook").record.at("args"), Json::array({bundle.file("probe").string()}));
}

CONFORMANCE_CASE(hooks, env_explicit, .clause = "config.md#posix-platform-hooks", .level = descr,
                 .claim = "a hook with env has that environment, and nothing of the program's or the runtime's",
                 .needs = {need::root}, .faults = {"hook_env_dropped", "hook_env_inherited"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  hooked.hook(HookKind::create_runtime, "runtime").hook(HookKind::start_container, "container");
  hooked.config.env({"OF_THE_PROGRAM=1"});
  hooked.config.set("/hooks/createRuntime/0/env", {"ONE=1", "TWO=a b"});
  write(bundle, hooked.config.set("/hooks/startContainer/0/env", {"THREE=3"}));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::start_container), Succeeds());

  EXPECT_EQ(hooked.run("runtime").record.at("env"), Json({"ONE=1", "TWO=a b"}));
  EXPECT_EQ(hooked.run("container").record.at("env"), Json::array({"THREE=3"}));
}

CONFORMANCE_CASE(hooks, env_runtime_inherit, .clause = "config.md#posix-platform-hooks", .level = cli,
                 .claim = "a createRuntime hook without env has the runtime's environment", .needs = {need::root},
                 .faults = {"hook_env_dropped"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::create_runtime, "hook").config);
  Container box = container(bundle);
  ::setenv("OF_THE_CALLER", "1", /*overwrite=*/1);  // this process runs this case alone

  EXPECT_THAT(box.create(), Succeeds());

  EXPECT_THAT(hooked.run("hook").record.at("env"), Contains(Json("OF_THE_CALLER=1")));
}

CONFORMANCE_CASE(hooks, start_container_env_inherit, .clause = "config.md#posix-platform-hooks", .level = cli,
                 .claim = "a startContainer hook without env has the program's environment", .needs = {need::root},
                 .faults = {"hook_env_dropped"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::start_container, "hook").config.env({"OF_THE_PROGRAM=1"}));
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::start_container), Succeeds());

  EXPECT_THAT(hooked.run("hook").record.at("env"), Contains(Json("OF_THE_PROGRAM=1")));
}

CONFORMANCE_CASE(hooks, start_container_seccomp, .clause = "config.md#startcontainer-hooks", .level = cli,
                 .claim = "startContainer hooks run under the container's seccomp filter",
                 .needs = {need::root, need::seccomp}, .features = {"seccomp"},
                 .faults = {"load_seccomp", "start_container_in_runtime"},
                 .unsabotaged = "refrun executes startContainer hooks before it loads the filter") {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  const Json rule = {{"names", {"swapoff"}}, {"action", "SCMP_ACT_ERRNO"}};
  hooked.config.set("/linux/seccomp", {{"defaultAction", "SCMP_ACT_ALLOW"}, {"syscalls", Json::array({rule})}});
  write(bundle, hooked.hook(HookKind::start_container, "hook").config);
  Container box = container(bundle);

  EXPECT_THAT(reach(box, HookKind::start_container), Succeeds());

  EXPECT_THAT(hooked.run("hook").record, Field("seccomp", 2)) << "2 is filter mode";
}

CONFORMANCE_CASE(hooks, cwd, .clause = "config.md#posix-platform-hooks", .level = cli,
                 .claim = "hooks of the runtime's namespace are executed in the bundle's directory",
                 .needs = {need::root}, .faults = {"hook_cwd_dropped"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  write(bundle, hooked.hook(HookKind::prestart, "prestart").hook(HookKind::create_runtime, "createRuntime").config);
  Container box = container(bundle);

  EXPECT_THAT(box.create(), Succeeds());

  EXPECT_EQ(hooked.run("prestart").record.at("cwd"), bundle.path().string());
  EXPECT_EQ(hooked.run("createRuntime").record.at("cwd"), bundle.path().string());
}

CONFORMANCE_CASE(hooks, large_state, .clause = "config.md#posix-platform-hooks", .level = hardening,
                 .claim = "a hook that does not read a large state does not hold up the runtime", .needs = {need::root},
                 .faults = {"hook_state_by_pipe"}) {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  // More than a pipe holds (64 KiB, pipe(7)).
  hooked.config.annotation("org.example.large", std::string(200'000, 'x'));
  hooked.hook(HookKind::create_runtime, "runtime", {"--no-stdin"});
  write(bundle, hooked.hook(HookKind::create_container, "container", {"--no-stdin"}).config);
  Container box = container(bundle);

  EXPECT_THAT(box.create(), Succeeds());

  EXPECT_THAT(hooked.names(), ElementsAre("runtime", "container"));
}

CONFORMANCE_CASE(
    hooks, annotation_stdout_stderr, .clause = "config.md#annotations", .level = vendor,
    .claim = "the annotations run.oci.hooks.stdout and run.oci.hooks.stderr name files for the hooks' output",
    .needs = {need::root}, .features = {"annotation.run.oci.hooks.stdout"},
    .unsabotaged = "an extension of crun that refrun does not have") {
  Bundle& bundle = bare_bundle();
  Hooked hooked(bundle);
  hooked.config.annotation("run.oci.hooks.stdout", (scratch() / "out").string());
  hooked.config.annotation("run.oci.hooks.stderr", (scratch() / "err").string());
  write(bundle, hooked.hook(HookKind::prestart, "hook", {"--stdout", "to out", "--stderr", "to err"}).config);
  Container box = container(bundle);

  EXPECT_THAT(box.create(), Succeeds());

  EXPECT_THAT(base::read_file_if_there(scratch() / "out").value_or("no file"), testing::StartsWith("to out"));
  EXPECT_THAT(base::read_file_if_there(scratch() / "err").value_or("no file"), testing::StartsWith("to err"));
}

}  // namespace runproof
