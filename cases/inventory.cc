// list, ps and events: what a runtime tells of its containers beside state.
#include <csignal>

#include "base/text.h"
#include "cases/support/event_stream.h"
#include "cases/support/limits.h"
#include "harness/case.h"

namespace runproof {
namespace {

/// Null where it is no JSON.
Json json_of(const Answer& answer) {
  const Json json = Json::parse(answer.out, nullptr, /*allow_exceptions=*/false);
  return json.is_discarded() ? Json() : json;
}

}  // namespace

CONFORMANCE_CASE(list, table, .clause = "runtime.md#query-state", .level = cli,
                 .claim = "list prints a table with the container's id and status", .features = {"list"},
                 .faults = {"list_forgets"}) {
  Container box = created({"/probe", "true"});

  const Answer answer = box.call({"list"});
  EXPECT_THAT(answer, Succeeds());
  EXPECT_THAT(answer.out, testing::HasSubstr(box.id()));
  EXPECT_THAT(answer.out, testing::HasSubstr("created"));
}

CONFORMANCE_CASE(list, json, .clause = "runtime.md#query-state", .level = cli,
                 .claim = "list --format json prints an array with id, pid, status and bundle", .features = {"list"},
                 .faults = {"list_json_is_table", "list_forgets"}) {
  Container box = created({"/probe", "true"});

  const Json all = json_of(box.call({"list", "--format", "json"}));
  EXPECT_THAT(all, testing::SizeIs(1));
  EXPECT_THAT(all, Field("/0/id", box.id()));
  EXPECT_THAT(all, Field("/0/pid", box.pid()));
  EXPECT_THAT(all, Field("/0/status", "created"));
  EXPECT_THAT(all, Field("/0/bundle", box.bundle().path().string()));
}

CONFORMANCE_CASE(list, quiet, .clause = "runtime.md#query-state", .level = cli,
                 .claim = "list --quiet prints the ids alone, one a line", .features = {"list"},
                 .faults = {"list_forgets"}) {
  Container box = created({"/probe", "true"});

  EXPECT_EQ(box.call({"list", "--quiet"}).out, box.id() + "\n");
}

CONFORMANCE_CASE(list, nonexistent_root, .clause = "runtime.md#query-state", .level = cli,
                 .claim = "list with a --root that does not exist is an error", .features = {"list"},
                 .faults = {"list_missing_root_accepted"}) {
  Container box = container(Config::minimal({"/probe", "true"}));
  box.globals().root = scratch() / "nowhere";

  EXPECT_THAT(box.call({"list"}), FailsCleanly());
}

CONFORMANCE_CASE(ps, json, .clause = "runtime.md#query-state", .level = cli,
                 .claim = "ps --format json prints the host's pids of the container's processes",
                 .needs = {need::root, need::cgroups}, .features = {"ps"}, .faults = {"ps_only_init"}) {
  Serving box = serving();
  (void)box.ask({"fork"});

  const Json pids = json_of(box.ps());
  EXPECT_THAT(pids, testing::SizeIs(box.members().size()));
  EXPECT_THAT(pids, testing::SizeIs(testing::Gt(1U)));
  EXPECT_THAT(pids, testing::Contains(box.pid()));
}

CONFORMANCE_CASE(ps, args, .clause = "runtime.md#query-state", .level = cli,
                 .claim = "what follows the id are options of ps(1)", .needs = {need::root, need::cgroups},
                 .features = {"ps"}, .faults = {"ps_args_ignored"}) {
  Serving box = serving();

  const Answer answer = box.call({"ps", box.id(), "-e", "-o", "pid,args"});
  EXPECT_THAT(answer, Succeeds());
  const std::string heading = answer.out.substr(0, answer.out.find('\n'));
  EXPECT_THAT(base::words(heading), testing::ElementsAre("PID", "COMMAND"));
  EXPECT_THAT(answer.out, testing::HasSubstr(std::to_string(box.pid())));
}

CONFORMANCE_CASE(ps, stopped, .clause = "runtime.md#query-state", .level = cli,
                 .claim = "ps of a stopped container succeeds and names no process",
                 .needs = {need::root, need::cgroups}, .features = {"ps"}, .tags = {"death"},
                 .faults = {"ps_only_init"}) {
  Container box = stopped();

  EXPECT_EQ(json_of(box.ps()), Json::array());
}

CONFORMANCE_CASE(events, stats, .clause = "config-linux.md#control-groups", .level = cli,
                 .claim = "events --stats prints one JSON object with type, id and data",
                 .needs = {need::root, need::pids_controller}, .features = {"events"}, .faults = {"events_no_data"}) {
  Serving box = serving();

  const Json event = json_of(box.call({"events", "--stats", box.id()}));
  EXPECT_THAT(event, Field("type", "stats"));
  EXPECT_THAT(event, Field("id", box.id()));
  EXPECT_THAT(event, Field("/data/pids/current", 1));
}

// A stream that has printed once has begun to watch, too.
constexpr std::chrono::seconds kSoon{3};

CONFORMANCE_CASE(events, interval, .clause = "config-linux.md#control-groups", .level = cli,
                 .claim = "events --interval prints statistics again and again", .needs = {need::root, need::cgroups},
                 .features = {"events"}, .faults = {"events_interval_ignored"}) {
  Serving box = serving();
  EventStream events(box, "50ms");

  EXPECT_THAT(events.await("stats", soon()), Field("id", box.id()));
  EXPECT_THAT(events.await("stats", context().within(kSoon)), Field("id", box.id()));
  EXPECT_THAT(events.await("stats", context().within(kSoon)), Field("id", box.id()));
}

CONFORMANCE_CASE(events, oom, .clause = "config-linux.md#control-groups", .level = cli,
                 .claim = "events tells of a process that was killed for want of memory",
                 .needs = {need::root, need::memory_controller}, .features = {"events"}, .faults = {"events_no_oom"}) {
  Serving box = serving(limited("/memory/limit", 32 * kMiB).resource("/memory/swap", 32 * kMiB));
  EventStream events(box, "50ms");
  events.await("stats", soon());

  EXPECT_THAT(box.ask({"spawn", "/probe", "allocate", "64"}), Field("signal", SIGKILL));
  EXPECT_THAT(events.await("oom", context().within(kSoon)), Field("id", box.id()));
}

CONFORMANCE_CASE(events, ends_with_container, .clause = "config-linux.md#control-groups", .level = cli,
                 .claim = "events ends by itself once its container is deleted", .needs = {need::root, need::cgroups},
                 .features = {"events"}, .tags = {"death"}, .faults = {"events_outlives_container"}) {
  Serving box = serving();
  EventStream events(box, "50ms");
  events.await("stats", soon());

  require(box.kill(SIGKILL));
  box.await(Status::stopped);
  require(box.remove());
  EXPECT_EQ(events.finish(context().within(kSoon)).exit, 0);
}

}  // namespace runproof
