// pause and resume: no operations of the spec, but common ones.
#include "harness/case.h"
#include "harness/observe/cgroup.h"

namespace runproof {
namespace {

bool is_frozen(const Cgroup& group) { return group.frozen().value_or(false); }

}  // namespace

CONFORMANCE_CASE(pause, ok, .clause = "runtime.md#state", .level = cli,
                 .claim = "pause freezes the container's cgroup, and state says paused",
                 .needs = {need::root, need::freezer}, .features = {"pause"}, .faults = {"freeze"}) {
  Serving box = serving();

  EXPECT_THAT(box.pause(), Succeeds());
  EXPECT_EQ(box.status(), Status::paused);
  EXPECT_THAT(box.cgroups(), testing::Contains(testing::Truly(is_frozen)));
  EXPECT_THAT(box.resume(), Succeeds());
}

CONFORMANCE_CASE(pause, twice, .clause = "runtime.md#state", .level = cli,
                 .claim = "pause of a paused container is an error", .needs = {need::root, need::freezer},
                 .features = {"pause"}, .faults = {"pause_twice_accepted"}) {
  Serving box = serving();
  require(box.pause());

  EXPECT_THAT(box.pause(), FailsCleanly());
  EXPECT_EQ(box.status(), Status::paused);
  EXPECT_THAT(box.resume(), Succeeds());
}

CONFORMANCE_CASE(pause, stopped, .clause = "runtime.md#state", .level = cli,
                 .claim = "pause of a stopped container is an error", .needs = {need::root, need::freezer},
                 .features = {"pause"}, .tags = {"death"}, .faults = {"pause_stopped_accepted"}) {
  Container box = stopped();

  EXPECT_THAT(box.pause(), FailsCleanly());
}

CONFORMANCE_CASE(pause, nonexistent, .clause = "runtime.md#state", .level = cli,
                 .claim = "pause of a container that does not exist is an error", .needs = {need::root, need::freezer},
                 .features = {"pause"}, .faults = {"pause_missing_succeeds"}) {
  Container box = container(Config::minimal({"/probe", "true"}));

  EXPECT_THAT(box.pause(), FailsCleanly());
}

CONFORMANCE_CASE(resume, ok, .clause = "runtime.md#state", .level = cli,
                 .claim = "resume lets a paused container go on", .needs = {need::root, need::freezer},
                 .features = {"pause"}, .faults = {"thaw"}) {
  Serving box = serving();
  require(box.pause());

  EXPECT_THAT(box.resume(), Succeeds());
  EXPECT_EQ(box.status(), Status::running);
  EXPECT_THAT(box.ask({"pid"}), Field("pid", 1));
}

CONFORMANCE_CASE(resume, not_paused, .clause = "runtime.md#state", .level = cli,
                 .claim = "resume of a running container is an error", .needs = {need::root, need::freezer},
                 .features = {"pause"}, .faults = {"resume_running_accepted"}) {
  Serving box = serving();

  EXPECT_THAT(box.resume(), FailsCleanly());
}

CONFORMANCE_CASE(resume, nonexistent, .clause = "runtime.md#state", .level = cli,
                 .claim = "resume of a container that does not exist is an error", .needs = {need::root, need::freezer},
                 .features = {"pause"}, .faults = {"pause_missing_succeeds"}) {
  Container box = container(Config::minimal({"/probe", "true"}));

  EXPECT_THAT(box.resume(), FailsCleanly());
}

}  // namespace runproof
