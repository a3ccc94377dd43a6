// config.md#process: terminal and consoleSize; /dev/console of config-linux.md#default-devices.
#include <sys/ioctl.h>

#include "cases/support/console.h"
#include "cases/support/told.h"
#include "harness/case.h"
#include "harness/observe/mountinfo.h"
#include "harness/observe/process.h"

namespace runproof {

using testing::Contains;
using testing::StartsWith;

namespace {

/// A container whose program serves on a terminal; the other side of that is ours.
struct OnTerminal {
  Serving box;
  base::UniqueFd master;
};
OnTerminal on_terminal(Serving box, const std::filesystem::path& scratch, base::Deadline deadline) {
  ConsoleSocket console(scratch);
  const Answer answer = box.create({.console_socket = console.path()});
  if (!answer.ok()) throw CaseFailed("create with a terminal was refused: " + answer.err);
  base::UniqueFd master = console.receive(deadline);
  box.serve();
  return {std::move(box), std::move(master)};
}

/// As the kernel keeps it.
std::pair<int, int> size_of(const base::UniqueFd& master) {
  winsize size{};
  if (::ioctl(master.get(), TIOCGWINSZ, &size) != 0) throw CaseFailed("the terminal has no size");
  return {size.ws_row, size.ws_col};
}

Config with_console_size(Config config, int height, int width) {
  return config.set("/process/consoleSize", {{"height", height}, {"width", width}});
}

std::string target_of(pid_t pid, int fd) {
  for (const OpenFd& open : fds_of(pid)) {
    if (open.fd == fd) return open.target;
  }
  return "";
}

}  // namespace

CONFORMANCE_CASE(terminal, allocated, .clause = "config.md#process", .level = descr,
                 .claim = "with terminal the program's standard streams are one pseudo-terminal", .needs = {need::root},
                 .faults = {"open_terminal"}) {
  OnTerminal on = on_terminal(container_to_serve(with_terminal()), scratch(), soon());

  const Json said = on.box.ask({"tty"});

  EXPECT_THAT(said.at("stdin"), Field("tty", true));
  EXPECT_THAT(said.at("stdout"), Field("tty", true));
  EXPECT_THAT(said.at("stderr"), Field("tty", true));
  EXPECT_THAT(target_of(on.box.pid(), 0), StartsWith("/dev/pts/"));
  EXPECT_EQ(target_of(on.box.pid(), 0), target_of(on.box.pid(), 1));
  EXPECT_EQ(target_of(on.box.pid(), 0), target_of(on.box.pid(), 2));
}

CONFORMANCE_CASE(terminal, console_size, .clause = "config.md#process", .level = descr,
                 .claim = "the terminal has the rows and columns of consoleSize", .needs = {need::root},
                 .faults = {"no_console_size"}) {
  OnTerminal on = on_terminal(container_to_serve(with_console_size(with_terminal(), 33, 77)), scratch(), soon());

  const Json said = on.box.ask({"tty"});

  EXPECT_THAT(said.at("stdout"), Field("rows", 33));
  EXPECT_THAT(said.at("stdout"), Field("columns", 77));
  EXPECT_EQ(size_of(on.master), (std::pair{33, 77}));
}

namespace {

struct NoTerminal {
  std::string_view name;
  Json terminal;
};
const NoTerminal kNoTerminal[] = {{"terminal_false", false}, {"terminal_unset", nullptr}};

}  // namespace

CONFORMANCE_CASE_FOR(terminal, console_size_ignored, without, kNoTerminal, .clause = "config.md#process", .level = must,
                     .claim = "consoleSize without a terminal means nothing, and is no error",
                     .faults = {"config:set:/process/terminal=true"}) {
  Json document = with_console_size(Config::minimal({}), 33, 77).json();
  document.merge_patch({{"process", {{"terminal", without.terminal}}}});

  const Json said = ask(Config::of(document), {"/probe", "tty"});

  EXPECT_THAT(said.at("stdout"), Field("tty", false));
}

CONFORMANCE_CASE(terminal, console_size_zero, .clause = "config.md#process", .level = descr,
                 .claim = "a consoleSize of 0 by 0 leaves the terminal as the kernel makes it", .needs = {need::root},
                 .faults = {"config:set:/process/consoleSize/height=10"}) {
  OnTerminal on = on_terminal(container_to_serve(with_console_size(with_terminal(), 0, 0)), scratch(), soon());

  EXPECT_THAT(on.box.ask({"tty"}).at("stdout"), Field("rows", 0));
  EXPECT_EQ(size_of(on.master), (std::pair{0, 0}));
}

CONFORMANCE_CASE(terminal, dev_console, .clause = "config-linux.md#default-devices", .level = descr,
                 .claim = "with terminal /dev/console is a bind mount of the pseudo-terminal", .needs = {need::root},
                 .faults = {"bind_console"}) {
  OnTerminal on = on_terminal(container_to_serve(with_terminal()), scratch(), soon());

  const std::string name = on.box.ask({"tty"}).at("stdin").at("name");
  const Json said = on.box.ask({"stat", "/dev/console", name});
  const auto mounts = mounts_of(on.box.pid()).value_or(std::vector<MountEntry>{});
  const MountEntry* mount = find_mount(mounts, "/dev/console");

  EXPECT_EQ(said.at("/dev/console"), said.at(name));
  ASSERT_NE(mount, nullptr);
  EXPECT_EQ(mount->type, "devpts");
}

CONFORMANCE_CASE(terminal, controlling_tty, .clause = "config.md#process", .level = descr,
                 .claim = "the pseudo-terminal is the controlling terminal of the program, which leads its session",
                 .needs = {need::root}, .faults = {"open_terminal"}) {
  OnTerminal on = on_terminal(container_to_serve(with_terminal()), scratch(), soon());

  const Json said = on.box.ask({"tty"});

  EXPECT_THAT(said.at("controlling"), Field("session", 1));
  EXPECT_THAT(said.at("controlling"), Field("foreground", 1));
  EXPECT_NE(proc_stat(on.box.pid())->tty, 0);
}

CONFORMANCE_CASE(terminal, term_env, .clause = "config.md#process", .level = descr,
                 .claim = "TERM is what process.env says, with a terminal too", .needs = {need::root},
                 .faults = {"env_dropped"}) {
  OnTerminal on = on_terminal(container_to_serve(with_terminal().env({"PATH=/bin", "TERM=vt100"})), scratch(), soon());

  EXPECT_THAT(on.box.ask({"env"}).at("env").get<std::vector<std::string>>(), Contains("TERM=vt100"));
}

CONFORMANCE_CASE(terminal, false_create, .clause = "config.md#process", .level = descr,
                 .claim = "without terminal the program's output is that of the runtime's create",
                 .faults = {"config:set:/process/terminal=true"}) {
  Container box = container(Config::minimal({"/probe", "tty"}).drop("/process/terminal"));

  const Json said = told(box, "tty");

  EXPECT_THAT(said.at("stdin"), Field("name", "/dev/null"));
  EXPECT_THAT(said.at("stdout"), Field("tty", false));
}

CONFORMANCE_CASE(terminal, false_run, .clause = "config.md#process", .level = descr,
                 .claim = "without terminal the program's output is that of the runtime's run",
                 .faults = {"config:set:/process/terminal=true"}) {
  Container box = container(Config::minimal({"/probe", "tty"}));

  const Answer answer = box.run();

  ASSERT_THAT(answer, Succeeds());
  EXPECT_THAT(Replies::parse(answer.out).of("tty").at("stdout"), Field("tty", false));
}

CONFORMANCE_CASE(terminal, false_run_detached, .clause = "config.md#process", .level = descr,
                 .claim = "without terminal the program keeps the output that run --detach was given",
                 .features = {"run_detach"}, .faults = {"config:set:/process/terminal=true"}) {
  Container box = container(Config::minimal({"/probe", "tty"}));

  require(box.run({.detach = true}));
  box.await_init_death();

  EXPECT_THAT(Replies::parse(box.out()).of("tty").at("stdout"), Field("tty", false));
}

}  // namespace runproof
