#include "harness/cli/guest_sabotage.h"

namespace runproof {

base::Json try_event(const PlannedRun& run, base::Json result) {
  for (const char* member : {"commands", "config_diff"}) result.erase(member);
  const auto fault = run.env.find(kFaultVariable);
  if (fault != run.env.end()) result["fault"] = fault->second;
  return result;
}

void GuestTries::take(const base::Json& event) {
  if (event.value("event", "") != "result") return;
  for (const Case* one : cases_) {
    if (one->id != event.value("id", "")) continue;
    PlannedRun run{.one = one};
    if (event.contains("fault")) run.env[kFaultVariable] = event["fault"].get<std::string>();
    listener_.began(run, 0);
    listener_.ended(run, event);
  }
}

}  // namespace runproof
