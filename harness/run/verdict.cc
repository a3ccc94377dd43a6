#include "harness/run/verdict.h"

#include <fmt/format.h>

#include <string_view>

#include "base/text.h"
#include "harness/spawn/exit_status.h"

namespace runproof {
namespace {

/// The last line that says something, as an ending for a message.
std::string last_words(std::string_view output) {
  std::string_view last;
  for (const std::string_view line : base::split(output, '\n')) {
    if (!base::trim(line).empty()) last = base::trim(line);
  }
  return last.empty() ? "" : fmt::format(": {}", last);
}

Verdict broken(const Seen& seen, std::string_view how) {
  return {Outcome::broken, fmt::format("{}{}", how, last_words(seen.output))};
}

}  // namespace

Verdict decide(const Seen& seen) {
  if (seen.timed_out) {
    const std::string late = fmt::format("not done after {} ms", seen.limit.count());
    return {Outcome::timeout, seen.message.empty() ? late : fmt::format("{}; {}", late, seen.message)};
  }
  if (seen.exit.signal != 0) {
    return broken(seen, "the worker was ended by " + to_text(ExitStatus{.exit = {}, .signal = seen.exit.signal}));
  }
  if (seen.exit.code != 0) return broken(seen, fmt::format("the worker exited with {}", seen.exit.code));
  if (!seen.said) return broken(seen, "the worker did not say how the case went");
  if (seen.disk_full && *seen.said != Outcome::passed)
    return {Outcome::broken, "no space is left on the disk of the run's directory; " + seen.message};
  return {*seen.said, seen.message};
}

}  // namespace runproof
