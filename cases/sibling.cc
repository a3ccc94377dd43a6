// Whose child init is. With --sibling it is the caller's (clone(2), CLONE_PARENT), who waits for it like for any other;
// without, an orphan of the runtime's, whose status goes to the nearest subreaper (prctl(2)).

#include <fcntl.h>
#include <unistd.h>

#include <csignal>

#include "base/file.h"
#include "cases/support/callers.h"
#include "cases/support/descriptors.h"
#include "harness/case.h"
#include "harness/observe/process.h"

namespace runproof {

using testing::IsEmpty;

namespace {

const CreateOptions kSibling{.extra = {"--sibling"}};

/// Started; its program never ends by itself.
const std::vector<std::string> kStays = {"/probe", "pause"};

std::vector<int> numbers_of(const std::vector<OpenFd>& open) {
  std::vector<int> numbers;
  for (const OpenFd& each : open) numbers.push_back(each.fd);
  return numbers;
}

}  // namespace

CONFORMANCE_CASE(sibling, parent_is_caller, .clause = "runtime.md#create", .level = vendor,
                 .claim = "with --sibling init is a child of the caller", .features = {"sibling"},
                 .faults = {"sibling_ignored"}) {
  const NoSubreaper alone;
  Container box = container(Config::minimal(kStays));

  require(box.create(kSibling));

  EXPECT_EQ(parent_of_init(box), getpid());
  require(box.start());
  EXPECT_EQ(parent_of_init(box), getpid());
}

CONFORMANCE_CASE(sibling, exit_status, .clause = "runtime.md#create", .level = vendor,
                 .claim = "with --sibling the caller gets init's exit status, without being a subreaper",
                 .features = {"sibling"}, .tags = {"death"}, .faults = {"sibling_ignored"}) {
  const NoSubreaper alone;
  Container box = container(Config::minimal({"/probe", "exit", "42"}));
  require(box.create(kSibling));

  require(box.start());

  EXPECT_EQ(exit_status(box), (ExitStatus{.exit = 42}));
  box.await(Status::stopped);
}

CONFORMANCE_CASE(sibling, signal_status, .clause = "runtime.md#create", .level = vendor,
                 .claim = "with --sibling the caller learns which signal ended init", .features = {"sibling"},
                 .tags = {"death"}, .faults = {"sibling_ignored"}) {
  const NoSubreaper alone;
  Container box = container(Config::minimal(kStays));
  require(box.create(kSibling));
  require(box.start());

  EXPECT_THAT(box.kill(SIGKILL), Succeeds());

  EXPECT_EQ(exit_status(box), (ExitStatus{.signal = SIGKILL}));
}

CONFORMANCE_CASE(sibling, signals_clean, .clause = "runtime.md#create", .level = vendor,
                 .claim = "a sibling init has none of the signals blocked or ignored that its caller has",
                 .features = {"sibling"}, .faults = {"signals_inherited"}) {
  Container box = container(Config::minimal(kStays));

  require(create_by(box, kSibling, through({"env", "--block-signal=TERM,USR1", "--ignore-signal=HUP,USR2"})));
  require(box.start());

  const ProcessStatus init = proc_status(box.pid()).value();
  EXPECT_EQ(signal_names(init.blocked), "");
  EXPECT_EQ(signal_names(init.ignored), "");
  EXPECT_EQ(signal_names(init.caught), "");
}

CONFORMANCE_CASE(sibling, descriptors_clean, .clause = "runtime.md#create", .level = vendor,
                 .claim = "a sibling init has only the standard streams of what its caller has open",
                 .features = {"sibling"}, .faults = {"caller_descriptors_kept"}) {
  Container box = container(Config::minimal(kStays));
  const base::UniqueFd root = base::open_file("/", O_RDONLY | O_DIRECTORY);

  require(create_by(box, kSibling, [&](Command& command) { command.fds = {{root.get(), 5}, {root.get(), 17}}; }));
  const auto held_at_the_gate = open_directories(box.pid());
  require(box.start());

  EXPECT_THAT(held_at_the_gate, IsEmpty());
  EXPECT_THAT(numbers_of(fds_of(box.pid())), testing::ElementsAre(0, 1, 2));
}

CONFORMANCE_CASE(sibling, own_session, .clause = "runtime.md#create", .level = vendor,
                 .claim = "a sibling init leads a session and a process group of its own", .features = {"sibling"},
                 .faults = {"new_session"}) {
  Container box = container(Config::minimal(kStays));

  require(box.create(kSibling));

  const ProcessStat init = proc_stat(box.pid()).value();
  EXPECT_EQ(init.session, box.pid());
  EXPECT_EQ(init.group, box.pid());
}

CONFORMANCE_CASE(sibling, failed_create, .clause = "runtime.md#create", .level = vendor,
                 .claim = "a create --sibling whose hook fails leaves no init", .features = {"sibling"},
                 .tags = {"death"}, .faults = {"hook_failure_keeps_container"}) {
  Container box = container(Config::minimal(kStays).hook(HookKind::create_runtime, {{"path", "/bin/false"}}));

  EXPECT_THAT(box.create(kSibling), FailsCleanly());
}

CONFORMANCE_CASE(sibling, first_process_error, .clause = "runtime.md#create", .level = vendor,
                 .claim = "the first process of a PID namespace has no parent to give init to: --sibling fails there",
                 .needs = {need::root, need::pid_namespaces}, .features = {"sibling"}, .faults = {"sibling_ignored"}) {
  Container box = container(Config::minimal(kStays));

  const Answer answer = create_by(box, kSibling, through({"unshare", "--pid", "--fork", "--mount-proc"}));

  EXPECT_THAT(answer, FailsCleanly());
  EXPECT_THAT(box.traces(), IsEmpty());
}

CONFORMANCE_CASE(sibling, subreaper_exit_status, .clause = "runtime.md#create", .level = hardening,
                 .claim = "the exit status of a detached init reaches the subreaper above the runtime",
                 .tags = {"death"}, .faults = {"create_stays_parent"}) {
  Container box = started({"/probe", "exit", "42"});

  EXPECT_EQ(exit_status(box), (ExitStatus{.exit = 42}));
  box.await(Status::stopped);
}

CONFORMANCE_CASE(sibling, subreaper_signal_status, .clause = "runtime.md#create", .level = hardening,
                 .claim = "the subreaper above the runtime learns which signal ended a detached init",
                 .tags = {"death"}, .faults = {"create_stays_parent"}) {
  Container box = started(kStays);

  EXPECT_THAT(box.kill(SIGKILL), Succeeds());

  EXPECT_EQ(exit_status(box), (ExitStatus{.signal = SIGKILL}));
}

}  // namespace runproof
