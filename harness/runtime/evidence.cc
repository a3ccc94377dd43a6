#include "harness/runtime/evidence.h"

#include "harness/runtime/context_scope.h"

namespace runproof {

void Evidence::add(const Finished& finished) { commands.push_back(finished); }

void Evidence::add(Leftover leftover) { leftovers.push_back(std::move(leftover)); }

void to_json(base::Json& json, const Failure& failure) {
  json = {{"text", failure.text}};
  if (!failure.expected.empty()) json["expected"] = failure.expected;
  if (!failure.actual.empty()) json["actual"] = failure.actual;
}

void to_json(base::Json& json, const Leftover& leftover) { json = {{"kind", leftover.kind}, {"what", leftover.what}}; }

void to_json(base::Json& json, const Evidence& evidence) {
  json = base::Json::object();
  json["outcome"] = to_text(evidence.outcome.value_or(Outcome::broken));
  json["message"] = evidence.message;
  json["leak"] = !evidence.leftovers.empty();
  json["runtime_ms"] = static_cast<double>(evidence.runtime_time.count()) / 1000.0;
  const auto unless_empty = [&json](const char* name, const auto& list) {
    if (!list.empty()) json[name] = list;
  };
  unless_empty("failures", evidence.failures);
  unless_empty("commands", evidence.commands);
  unless_empty("config_diff", evidence.config_diff);
  unless_empty("leftovers", evidence.leftovers);
  unless_empty("diagnosis", evidence.diagnosis);
}

Evidence& evidence() {
  if (Evidence* scoped = ContextScope::evidence()) return *scoped;
  static Evidence current;
  return current;
}

void reset_evidence() { evidence() = Evidence{}; }

}  // namespace runproof
