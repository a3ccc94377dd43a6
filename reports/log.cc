#include "reports/log.h"

#include <fmt/format.h>

#include <algorithm>

namespace reports {

LogError::LogError(std::size_t line, const std::string& reason)
    : std::runtime_error(line == 0 ? reason : fmt::format("line {}: {}", line, reason)), line_(line), reason_(reason) {}

Outcome CaseRun::outcome() const {
  Outcome all = attempts.front().outcome;
  for (const Result& attempt : attempts) all = combine(all, attempt.outcome);
  return all;
}

bool CaseRun::leak() const {
  return std::any_of(attempts.begin(), attempts.end(), [](const Result& attempt) { return attempt.leak; });
}

const Result& CaseRun::worst() const {
  const auto milder = [](const Result& a, const Result& b) {
    return std::pair(a.outcome, a.leak) < std::pair(b.outcome, b.leak);
  };
  return *std::max_element(attempts.begin(), attempts.end(), milder);
}

double CaseRun::took_ms() const {
  double sum = 0;
  for (const Result& attempt : attempts) sum += attempt.took_ms;
  return sum / static_cast<double>(attempts.size());
}

std::map<Outcome, std::size_t> Log::counts() const {
  std::map<Outcome, std::size_t> counts;
  for (const CaseRun& run : cases) ++counts[run.outcome()];
  return counts;
}

std::size_t Log::leaks() const {
  return static_cast<std::size_t>(
      std::count_if(cases.begin(), cases.end(), [](const CaseRun& run) { return run.leak(); }));
}

std::size_t Log::red() const {
  return static_cast<std::size_t>(
      std::count_if(cases.begin(), cases.end(), [](const CaseRun& run) { return run.red(); }));
}

const CaseRun* Log::find(std::string_view id) const {
  const auto found = std::find_if(cases.begin(), cases.end(), [&](const CaseRun& run) { return run.info.id == id; });
  return found == cases.end() ? nullptr : &*found;
}

int exit_code(const Log& log) {
  if (log.interrupted || log.counts().contains(Outcome::broken)) return 3;
  return log.red() > 0 ? 1 : 0;
}

std::string runtime_title(const Header& header) {
  const Runtime& runtime = header.runtime;
  const std::string name = runtime.name.empty() ? runtime.path : runtime.name;
  return runtime.version.empty() ? name : name + " " + runtime.version;
}

}  // namespace reports
