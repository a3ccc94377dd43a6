// Known ways out of a container, or to more rights in it, that runtimes have left open: each is refused or leads
// nowhere.

#include <fcntl.h>

#include "base/file.h"
#include "cases/support/attempt.h"
#include "cases/support/callers.h"
#include "cases/support/canary.h"
#include "cases/support/descriptors.h"
#include "harness/case.h"
#include "harness/observe/process.h"

namespace runproof {

using testing::IsEmpty;

namespace {

namespace fs = std::filesystem;

/// The program ran with a working directory that its root does not contain: getcwd(2) says so.
bool left_root(const Attempt& made) {
  return made.answer.ok() && !made.said.value("cwd", "(unreachable)").starts_with('/');
}

std::string descriptor_path(int number) { return "/proc/self/fd/" + std::to_string(number); }

}  // namespace

CONFORMANCE_CASE(security, cwd_through_descriptor, .clause = "config.md#process", .level = hardening,
                 .claim = "a working directory of /proc/self/fd/N does not lead out of the root", .needs = {need::root},
                 .faults = {"host_root_left_open"}, .limit = std::chrono::seconds{60}) {
  const auto leads_out = [this](int number) {
    return left_root(attempt(container(Config::minimal({"/probe", "cwd"}).cwd(descriptor_path(number))), "cwd"));
  };

  EXPECT_THAT(numbers_for_which(3, 20, leads_out), IsEmpty());
}

CONFORMANCE_CASE(security, cwd_link_to_descriptor, .clause = "config.md#process", .level = hardening,
                 .claim = "a working directory that is a link to /proc/self/fd/N does not lead out of the root",
                 .needs = {need::root}, .faults = {"host_root_left_open"}, .limit = std::chrono::seconds{60}) {
  const auto leads_out = [this](int number) {
    Bundle& image = bundle(Config::minimal({"/probe", "cwd"}).cwd("/link"));
    plant_link(image.file("link"), descriptor_path(number));
    return left_root(attempt(container(image), "cwd"));
  };

  EXPECT_THAT(numbers_for_which(3, 20, leads_out), IsEmpty());
}

CONFORMANCE_CASE(security, caller_descriptors, .clause = "runtime-linux.md#file-descriptors", .level = hardening,
                 .claim = "directories that the runtime's caller left open are open neither at the gate nor inside",
                 .needs = {need::root}, .faults = {"caller_descriptors_kept"}) {
  Container box = container(Config::minimal({"/probe", "pause"}));
  const base::UniqueFd root = base::open_file("/", O_RDONLY | O_DIRECTORY);

  require(create_by(box, {}, [&](Command& command) {
    command.fds = {{root.get(), 5}, {root.get(), 9}, {root.get(), 17}};
  }));
  const auto open_at_the_gate = open_directories(box.pid());
  require(box.start());

  EXPECT_THAT(open_at_the_gate, IsEmpty());
  EXPECT_THAT(open_directories(box.pid()), IsEmpty());
}

CONFORMANCE_CASE(security, caller_signals, .clause = "runtime.md#create", .level = hardening,
                 .claim = "the program has none of the signals blocked or ignored that the runtime's caller has",
                 .faults = {"signals_inherited"}) {
  Container box = container(Config::minimal({"/probe", "pause"}));

  require(create_by(box, {}, through({"env", "--block-signal=TERM,USR1", "--ignore-signal=HUP,USR2"})));
  require(box.start());

  const ProcessStatus init = proc_status(box.pid()).value();
  EXPECT_EQ(signal_names(init.blocked), "");
  EXPECT_EQ(signal_names(init.ignored), "");
}

CONFORMANCE_CASE(security, numeric_user_name, .clause = "config.md#posix-platform-user", .level = hardening,
                 .claim = "uid 1000 is uid 1000, though the image has a root user whose name is 1000",
                 .needs = {need::root}, .faults = {"user_looked_up_by_name"}) {
  Bundle& image = bundle(Config::minimal({"/probe", "ids"}).user(1000, 1000));
  fs::create_directory(image.file("etc"));
  base::write_file(image.file("etc/passwd"), "1000:x:0:0::/:/bin/sh\nroot:x:0:0::/:/bin/sh\n");
  base::write_file(image.file("etc/group"), "1000:x:0:\nroot:x:0:\n");

  const Attempt made = attempt(container(image), "ids");

  EXPECT_THAT(made.said, Field("/uid/effective", 1000));
  EXPECT_THAT(made.said, Field("/gid/effective", 1000));
}

CONFORMANCE_CASE(security, capabilities_not_inheritable, .clause = "config.md#linux-process", .level = hardening,
                 .claim = "capabilities that are only permitted are not inheritable: a file's cannot join them",
                 .needs = {need::root}, .faults = {"capabilities_inherited"}) {
  const Json said = ask(Config::minimal({}), {"/probe", "caps"});

  EXPECT_THAT(said, Field("inheritable", Json::array()));
  EXPECT_THAT(said, Field("ambient", Json::array()));
}

CONFORMANCE_CASE(security, masked_by_image_null, .clause = "config-linux.md#masked-paths", .level = hardening,
                 .claim = "a masked file is covered by the null device, whatever the container has at /dev/null",
                 .needs = {need::root}, .faults = {"mask_with_image_null"}) {
  const Canary decoy(scratch() / "dev");  // its `null` is a regular file
  Bundle& image = bundle(
      Config::minimal({"/probe", "stat", "/secret"})
          .mount({.destination = "/dev", .type = "bind", .source = decoy.path().string(), .options = {"bind", "ro"}})
          .set("/linux/maskedPaths", {"/secret"}));
  base::write_file(image.file("secret"), "secret");

  const Attempt made = attempt(container(image), "stat");

  EXPECT_THAT(made, RefusedOr(testing::AllOf(Field("/~1secret/type", "char"),
                                             Field("/~1secret/rdev", Json{{"major", 1}, {"minor", 3}}))));
}

CONFORMANCE_CASE(security, sysctl_decoy, .clause = "config-linux.md#sysctl", .level = hardening,
                 .claim = "linux.sysctl is really set, though a mount has put something else at /proc/sys",
                 .needs = {need::root}, .faults = {"sysctl_through_container"}) {
  const fs::path tree = scratch() / "sys";
  fs::create_directories(tree / "kernel");
  base::write_file(tree / "kernel/domainname", "decoy");
  const Config config =
      Config::minimal({"/probe", "hostname"})
          .mount({.destination = "/proc/sys", .type = "bind", .source = tree.string(), .options = {"bind", "rw"}})
          .set("/linux/sysctl", {{"kernel.domainname", "real.example"}});

  const Attempt made = attempt(container(config), "hostname");

  EXPECT_THAT(made, RefusedOr(Field("domainname", "real.example")));
  EXPECT_EQ(base::read_file(tree / "kernel/domainname"), "decoy");
}

}  // namespace runproof
