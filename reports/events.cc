#include "reports/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace reports {
namespace {

/// Names are printed as they are: no spaces, controls or bytes beyond ASCII.
void check_name(const std::string& name, std::size_t line) {
  if (std::any_of(name.begin(), name.end(), [](char c) { return c <= ' ' || c > '~'; })) {
    throw LogError(line, fmt::format("{} cannot be the name of a case, area or level", base::Json(name).dump()));
  }
}

std::vector<CaseInfo> read_plan(const Fields& event) {
  std::vector<CaseInfo> plan;
  std::set<std::string> seen;
  for (const Fields& entry : event.objects("plan")) {
    CaseInfo info = {.id = entry.needed_text("id"),
                     .area = entry.text("area"),
                     .level = entry.text("level"),
                     .clause = entry.text("clause"),
                     .claim = entry.text("claim"),
                     .tags = entry.texts("tags"),
                     .needs = entry.texts("needs")};
    if (info.area.empty()) info.area = info.id.substr(0, info.id.find('.'));
    for (const std::string& name : {info.id, info.area, info.level}) check_name(name, event.line());
    if (!seen.insert(info.id).second) throw LogError(event.line(), fmt::format("the plan has {} twice", info.id));
    plan.push_back(std::move(info));
  }
  return plan;
}

Runtime read_runtime(const Fields& runtime) {
  return {.path = runtime.needed_text("path"),
          .name = runtime.text("name"),
          .version = runtime.text("version"),
          .version_text = runtime.text("version_text"),
          .sha256 = runtime.text("sha256"),
          .adapter = runtime.text("adapter")};
}

Command read_command(const Fields& command) {
  const base::Json signal = command.has("signal") ? command.json().at("signal") : base::Json("");
  return {.argv = command.texts("argv"),
          .exit = command.integer_if_there("exit"),
          .signal = Fields::plain(signal),
          .timed_out = command.flag("timed_out"),
          .cut = command.flag("cut"),
          .took_ms = command.number("took_ms"),
          .out = command.text("out"),
          .err = command.text("err")};
}

Survivor read_survivor(const Fields& process) {
  Survivor members;
  for (const auto& [name, value] : process.json().items()) members.emplace_back(name, Fields::plain(value));
  return members;
}

}  // namespace

Header read_header(const Fields& event) {
  const int schema = event.integer("schema", 0);
  if (schema < 1) throw LogError(event.line(), "the header has no schema number: not a runproof event log");
  if (schema > kSchema) {
    throw LogError(event.line(), fmt::format("schema {} is newer than this program, which reads up to {}: use the "
                                             "runproof that wrote the log, or a later one",
                                             schema, kSchema));
  }
  const Fields suite = event.object("suite");
  const Fields shard = event.object("shard");
  Header header = {.run_id = event.text("run_id"),
                   .started = event.text("started"),
                   .suite_name = suite.text("name"),
                   .suite_version = suite.text("version"),
                   .spec_version = event.text("spec_version"),
                   .runtime = read_runtime(event.object("runtime")),
                   .profile = event.text("profile"),
                   .wait = event.text("wait"),
                   .lane = event.text("lane"),
                   .rootless = event.flag("rootless"),
                   .stress = event.flag("stress"),
                   .jobs = event.integer("jobs", 1),
                   .repeat = event.integer("repeat", 1),
                   .shard = {.index = shard.integer("index", 1), .count = shard.integer("count", 1)},
                   .argv = event.texts("argv"),
                   .plan = read_plan(event),
                   .planned = event.needed_count("planned"),
                   .facts = event.object("facts").json(),
                   .raw = event.json()};
  if (header.repeat < 1) throw LogError(event.line(), "/repeat is less than 1");
  if (header.shard.index < 1 || header.shard.index > header.shard.count) {
    throw LogError(event.line(), fmt::format("there is no shard {} of {}", header.shard.index, header.shard.count));
  }
  const std::size_t wanted = header.plan.size() * static_cast<std::size_t>(header.repeat);
  if (header.planned != wanted) {
    throw LogError(event.line(), fmt::format("/planned is {}, and the plan comes to {}", header.planned, wanted));
  }
  return header;
}

Result read_result(const Fields& event) {
  const std::string outcome_word = event.needed_text("outcome");
  const std::optional<Outcome> outcome = outcome_from(outcome_word);
  if (!outcome) throw LogError(event.line(), fmt::format("\"{}\" is not an outcome", outcome_word));

  Result result = {.attempt = event.integer("attempt", 1),
                   .outcome = *outcome,
                   .leak = event.flag("leak"),
                   .at_ms = event.number("at_ms"),
                   .took_ms = event.number("took_ms"),
                   .runtime_ms = event.number("runtime_ms"),
                   .message = event.text("message"),
                   .bundle = event.text("bundle"),
                   .rerun = event.text("rerun")};
  for (const Fields& failure : event.objects("failures")) {
    result.failures.push_back(
        {.text = failure.text("text"), .expected = failure.text("expected"), .actual = failure.text("actual")});
  }
  for (const Fields& command : event.objects("commands")) result.commands.push_back(read_command(command));
  for (const Fields& step : event.objects("config_diff")) result.config_diff.push_back(step.json());
  for (const Fields& left : event.objects("leftovers")) {
    result.leftovers.push_back({.kind = left.text("kind"), .what = left.text("what")});
  }
  for (const Fields& process : event.objects("diagnosis")) result.diagnosis.push_back(read_survivor(process));
  if (event.has("expectation")) {
    const Fields expectation = event.object("expectation");
    result.expectation = Expectation{.reason = expectation.text("reason"),
                                     .link = expectation.text("link"),
                                     .outcome = expectation.text("outcome"),
                                     .leak = expectation.flag("leak")};
  }
  return result;
}

}  // namespace reports
