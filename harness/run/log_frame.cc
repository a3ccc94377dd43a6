#include "harness/run/log_frame.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include "base/sys_error.h"
#include "base/text.h"
#include "harness/spawn/command.h"

namespace runproof {
namespace {

std::string sha256_of(const std::filesystem::path& file) {
  try {
    const Finished sum = run({.argv = {"sha256sum", "--binary", file.string()}, .deadline = std::chrono::seconds(30)});
    const auto words = base::words(sum.out);
    return sum.ok() && !words.empty() && words.front().size() == 64 ? std::string(words.front()) : "";
  } catch (const base::SysError&) {
    return "";
  }
}

template <typename Names>
base::Json list_of(const Names& names) {
  base::Json list = base::Json::array();
  for (const auto& name : names) list.push_back(std::string(name));
  return list;
}

}  // namespace

std::string now_text() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr))); }

base::Json describe(const Case& one) {
  base::Json needs = base::Json::array();
  for (const Need& need : one.info.needs) needs.push_back(std::string(need.name));
  return {{"id", one.id},
          {"area", one.area},
          {"level", to_text(one.info.level)},
          {"clause", one.info.clause},
          {"claim", one.info.claim},
          {"needs", needs},
          {"tags", list_of(one.info.tags)}};
}

base::Json header_event(const Context& context, const RunFacts& run) {
  const Runtime& runtime = context.runtime;
  base::Json plan = base::Json::array();
  for (const Case* one : run.cases) plan.push_back(describe(*one));
  return {{"event", "header"},
          {"schema", 1},
          {"run_id", context.run_id},
          {"started", now_text()},
          {"suite", {{"name", "runproof"}, {"version", RUNPROOF_VERSION}}},
          {"spec_version", kSpecVersion},
          {"runtime",
           {{"path", runtime.path.string()},
            {"name", runtime.name},
            {"version", runtime.version},
            {"version_text", runtime.version_text},
            {"sha256", sha256_of(runtime.path)},
            {"adapter", runtime.adapter == nullptr ? "" : runtime.adapter->name()}}},
          {"profile", to_text(context.profile)},
          {"wait", to_text(context.wait)},
          {"lane", run.lane},
          {"rootless", run.rootless},
          {"jobs", run.jobs},
          {"seed", run.seed ? base::Json(*run.seed) : base::Json()},
          {"stress", run.stress},
          {"repeat", run.repeat},
          {"shard", {{"index", run.shard.index}, {"count", run.shard.count}}},
          {"argv", run.argv},
          {"facts", context.facts},
          {"plan", plan},
          {"planned", run.cases.size() * static_cast<std::size_t>(run.repeat)}};
}

base::Json start_event(const std::string& id, int attempt, double at_ms) {
  return {{"event", "start"}, {"id", id}, {"attempt", attempt}, {"at_ms", at_ms}};
}

void Tally::add(const base::Json& result) {
  const Outcome outcome = outcome_from(result.at("outcome").get<std::string>()).value_or(Outcome::broken);
  const bool leak = result.value("leak", false);
  ++counts_[outcome];
  ++reported_;
  if (leak) ++leaks_;
  if (leak || is_red(outcome)) ++red_;
}

std::size_t Tally::of(Outcome outcome) const {
  const auto found = counts_.find(outcome);
  return found == counts_.end() ? 0 : found->second;
}

base::Json Tally::footer_event(double wall_ms, bool interrupted) const {
  base::Json counts = base::Json::object();
  for (const auto& [outcome, count] : counts_) counts[std::string(to_text(outcome))] = count;
  return {{"event", "footer"}, {"ended", now_text()},   {"wall_ms", wall_ms},        {"counts", counts},
          {"leaks", leaks_},   {"reported", reported_}, {"interrupted", interrupted}};
}

}  // namespace runproof
