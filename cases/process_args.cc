// config.md#process: args and cwd.
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "cases/support/hooked.h"
#include "cases/support/told.h"
#include "harness/case.h"
#include "harness/observe/process.h"

namespace runproof {

namespace fs = std::filesystem;

namespace {

/// A program of the container's own, which says what its argv is: a copy of the probe.
void put_program(const Bundle& bundle, std::string_view path, mode_t mode = 0755, uid_t owner = 0) {
  const fs::path file = bundle.file(path);
  fs::create_directories(file.parent_path());
  fs::copy_file(bundle.file("/probe"), file);
  if (::chown(file.c_str(), owner, 0) != 0 || ::chmod(file.c_str(), mode) != 0)
    throw Broken("make " + file.string(), "chown or chmod failed");
}

}  // namespace

CONFORMANCE_CASE(process, args_exact, .clause = "config.md#process", .level = descr,
                 .claim = "the program gets args, each as it is", .faults = {"args_truncated"}) {
  const std::vector<std::string> args = {"/probe", "args", "", "two words", "a\nb", "\"$HOME\"", "ü", "--"};

  EXPECT_THAT(ask(Config::minimal({}), args), Field("args", args));
}

CONFORMANCE_CASE(process, args_path_search, .clause = "config.md#process", .level = must,
                 .claim = "args[0] without a slash is looked for in the PATH of process.env, inside the container",
                 .faults = {"config:drop:/process/env"}) {
  Container box = container(Config::minimal({"tool", "args"}).env({"PATH=/nowhere:/tools"}));
  put_program(box.bundle(), "/tools/tool");

  EXPECT_THAT(told(box, "args"), Field("args", Json{"tool", "args"}));
}

namespace {

struct RelativeProgram {
  std::string_view name;
  std::string_view args0;
};
constexpr RelativeProgram kRelativePrograms[] = {{"dot", "./tool"}, {"directory", "bin/tool"}};

}  // namespace

CONFORMANCE_CASE_FOR(process, args_relative_to_cwd, program, kRelativePrograms, .clause = "config.md#process",
                     .level = must, .claim = "args[0] with a slash that is no absolute path begins at process.cwd",
                     .faults = {"config:set:/process/cwd=\"/\""}) {
  const std::string args0{program.args0};
  Container box = container(Config::minimal({args0, "args"}).cwd("/work"));
  put_program(box.bundle(), "/work/" + args0);

  EXPECT_THAT(told(box, "args"), Field("args", Json{args0, "args"}));
}

CONFORMANCE_CASE(process, args_empty, .clause = "config.md#process", .level = must,
                 .claim = "a process with an empty args is refused",
                 .faults = {"config:set:/process/args=[\"/probe\"]"}) {
  Container box = container(Config::minimal({}));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

namespace {

struct BadProgram {
  std::string_view name;
  std::string_view args0;
};
constexpr BadProgram kMissingPrograms[] = {{"absolute", "/no/such/program"}, {"searched", "no-such-program"}};

}  // namespace

CONFORMANCE_CASE_FOR(process, args_not_found, program, kMissingPrograms, .clause = "config.md#process", .level = must,
                     .claim = "a program that is not there is an error of create or start",
                     .faults = {"start_exec_error_ignored"}) {
  Container box = container(Config::minimal({std::string{program.args0}}));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

CONFORMANCE_CASE(process, args_bad_interpreter, .clause = "config.md#process", .level = must,
                 .claim = "a script whose interpreter is not there is an error of create or start",
                 .faults = {"start_exec_error_ignored"}) {
  Container box = container(Config::minimal({"/script"}));
  base::write_file(box.bundle().file("/script"), "#!/no/such/interpreter\n", 0755);

  EXPECT_THAT(attempt(box), FailsCleanly());
}

namespace {

struct Forbidden {
  std::string_view name;
  mode_t mode;
};
constexpr Forbidden kNotExecutable[] = {{"nobody_may", 0644}, {"owner_may", 0700}};

}  // namespace

CONFORMANCE_CASE_FOR(process, args_not_executable, program, kNotExecutable, .clause = "config.md#process",
                     .level = must, .claim = "a file that process.user may not execute is an error of create or start",
                     .needs = {need::root}, .faults = {"start_exec_error_ignored"}) {
  Container box = container(Config::minimal({"/tool", "args"}).user(1000, 1000));
  put_program(box.bundle(), "/tool", program.mode);

  EXPECT_THAT(attempt(box), FailsCleanly());
}

CONFORMANCE_CASE(process, args_executable_by_capability, .clause = "config.md#linux-process", .level = descr,
                 .claim = "the program is executed with process.capabilities: CAP_DAC_OVERRIDE lets another's file run",
                 .needs = {need::root}, .faults = {"config:drop:/process/capabilities"}) {
  Container box = container(Config::minimal({"/tool", "args"}).capabilities({"CAP_DAC_OVERRIDE"}));
  put_program(box.bundle(), "/tool", 0700, 1000);

  EXPECT_THAT(told(box, "args"), Field("args", Json{"/tool", "args"}));
}

CONFORMANCE_CASE(process, args_directory, .clause = "config.md#process", .level = must,
                 .claim = "args[0] that names a directory is an error of create or start",
                 .faults = {"start_exec_error_ignored"}) {
  Container box = container(Config::minimal({"/tmp"}));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

CONFORMANCE_CASE(process, cwd_set, .clause = "config.md#process", .level = descr,
                 .claim = "the program starts in process.cwd", .faults = {"enter_cwd"}) {
  Serving box = serving(Config::minimal({}).cwd("/tmp"));

  EXPECT_THAT(box.ask({"cwd"}), Field("cwd", "/tmp"));
  EXPECT_EQ(identity_of("/proc/" + std::to_string(box.pid()) + "/cwd/"), identity_of(box.bundle().file("/tmp")));
}

CONFORMANCE_CASE(process, cwd_not_absolute, .clause = "config.md#process", .level = must,
                 .claim = "a cwd that is no absolute path is refused", .faults = {"config:set:/process/cwd=\"/tmp\""}) {
  Container box = container(Config::minimal({"/probe", "true"}).cwd("tmp"));

  EXPECT_THAT(attempt(box), FailsCleanly());
}

}  // namespace runproof
