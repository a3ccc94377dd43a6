// Cases that pass, fail and misbehave in every way that the runner must cope with.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "harness/case.h"
#include "harness/spawn/poll.h"

namespace runproof {
namespace {

constexpr Need kMoon{"moon", [](const Facts&) { return false; }, "there is no moon tonight"};

[[noreturn]] void hang() {
  for (;;) pause();
}

pid_t daemon_that_hangs() {
  const pid_t child = fork();
  if (child == 0) {
    setsid();
    hang();
  }
  return child;
}

/// In the first hierarchy that can freeze, as a group of this case's own.
std::filesystem::path make_group(const std::string& name) {
  for (const Hierarchy& hierarchy : mounted_hierarchies()) {
    if (!hierarchy.has("freezer") && !hierarchy.v2) continue;
    std::filesystem::create_directories(hierarchy.mount / name);
    return hierarchy.mount / name;
  }
  throw Broken("make a cgroup", "no hierarchy can freeze");
}

/// Fails the case when two that hold the lock run at the same time: each makes a file that must not be there yet.
void be_alone_for_a_while(const std::filesystem::path& place) {
  const int fd = open(place.c_str(), O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  EXPECT_GE(fd, 0) << "another case holds the lock";
  close(fd);
  const base::FdPair pipe = base::make_pipe();
  EXPECT_FALSE(poll_until(pipe.first.get(), POLLIN, base::Deadline::in(std::chrono::milliseconds(50))));
  unlink(place.c_str());
}

}  // namespace
}  // namespace runproof

using namespace runproof;  // NOLINT(google-build-using-namespace): as the macros want it in every file of cases

CONFORMANCE_CASE(sample, passes, .clause = "runtime.md#kill", .claim = "one is one", .tags = {"quick"}) {
  EXPECT_EQ(1, 1);
}
CONFORMANCE_CASE(sample, fails, .clause = "runtime.md#kill", .claim = "one is two") { EXPECT_EQ(1, 2); }
CONFORMANCE_CASE(sample, fails_softly, .clause = "runtime.md#start", .level = should, .claim = "one is two") {
  EXPECT_EQ(1, 2);
}
CONFORMANCE_CASE(sample, fails_mildly, .clause = "runtime.md#start", .level = may, .claim = "one is two") {
  EXPECT_EQ(1, 2);
}
CONFORMANCE_CASE(sample, skips, .clause = "runtime.md#kill", .claim = "moonlight", .needs = {kMoon}) { FAIL(); }
CONFORMANCE_CASE(sample, throws, .clause = "runtime.md#kill", .claim = "no exception") {
  throw Broken("ask", "nobody there");
}
CONFORMANCE_CASE(sample, crashes, .clause = "runtime.md#kill", .claim = "no crash") {
  ::signal(SIGSEGV, SIG_DFL);  // a sanitizer's handler would exit
  raise(SIGSEGV);
}
CONFORMANCE_CASE(sample, exits, .clause = "runtime.md#kill", .claim = "the body comes back") { _exit(0); }
CONFORMANCE_CASE(sample, hangs, .clause = "runtime.md#kill", .claim = "it ends",
                 .limit = std::chrono::milliseconds(300)) {
  daemon_that_hangs();
  hang();
}
CONFORMANCE_CASE(sample, stands_still, .clause = "runtime.md#kill", .claim = "it ends") { hang(); }
CONFORMANCE_CASE(sample, prints, .clause = "runtime.md#kill", .claim = "output is no report") {
  base::write_all(STDOUT_FILENO, "{\"outcome\":\"failed\"}\n");
}
CONFORMANCE_CASE(sample, takes_a_second, .clause = "runtime.md#kill", .claim = "it takes a second") {
  const base::FdPair pipe = base::make_pipe();
  EXPECT_FALSE(poll_until(pipe.first.get(), POLLIN, soon().sooner(base::Deadline::in(std::chrono::seconds(1)))));
}

CONFORMANCE_CASE(leak, process, .clause = "runtime.md#delete", .claim = "no process is left") { daemon_that_hangs(); }
CONFORMANCE_CASE(leak, frozen, .clause = "runtime.md#delete", .claim = "no cgroup is left",
                 .needs = {need::root, need::freezer}) {
  const auto group = make_group(context().prefix() + "-box");
  base::write_control(group / "cgroup.procs", std::to_string(daemon_that_hangs()));
  const bool v1 = std::filesystem::exists(group / "freezer.state");
  base::write_control(group / (v1 ? "freezer.state" : "cgroup.freeze"), v1 ? "FROZEN" : "1");
}
CONFORMANCE_CASE(leak, mount, .clause = "runtime.md#delete", .claim = "no mount is left", .needs = {need::root}) {
  ASSERT_EQ(mount("none", scratch().c_str(), "tmpfs", 0, nullptr), 0);
}
CONFORMANCE_CASE(leak, crash, .clause = "runtime.md#delete", .claim = "a crash leaves nothing", .needs = {need::root}) {
  ASSERT_EQ(mount("none", scratch().c_str(), "tmpfs", 0, nullptr), 0);
  daemon_that_hangs();
  raise(SIGKILL);
}

CONFORMANCE_CASE(locked, first, .clause = "runtime.md#kill", .claim = "alone", .lock = "moon") {
  be_alone_for_a_while(context().stage / "moon");
}
CONFORMANCE_CASE(locked, second, .clause = "runtime.md#kill", .claim = "alone", .lock = "moon") {
  be_alone_for_a_while(context().stage / "moon");
}
/// Attempts get numbers in turn: of two attempts at this case alone, the second fails.
CONFORMANCE_CASE(sample, wavers, .clause = "runtime.md#kill", .claim = "the same each time") {
  EXPECT_EQ(runtime({"state", "nobody"}).exit, context().number % 2 == 0 ? 1 : 0);
}

CONFORMANCE_CASE(box, lives, .clause = "runtime.md#lifecycle", .claim = "a container is created, started and deleted") {
  Container box = stopped();

  EXPECT_THAT(box.remove(), Succeeds());
  EXPECT_FALSE(box.known());
}
CONFORMANCE_CASE(box, unknown, .clause = "runtime.md#state", .claim = "the state of what there is not is an error") {
  EXPECT_THAT(runtime({"state", "nobody"}), FailsCleanly());
}
