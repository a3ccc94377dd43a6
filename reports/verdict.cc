#include "reports/verdict.h"

#include <fmt/format.h>

#include <vector>

#include "base/text.h"
#include "reports/fields.h"
#include "reports/tally.h"
#include "reports/text.h"

namespace reports {
namespace {

std::size_t red_musts(const Log& log) {
  std::size_t count = 0;
  for (const CaseRun& run : log.cases) count += run.red() && run.info.level == "must" ? 1 : 0;
  return count;
}

std::string untested_note(const Tally& all) {
  if (all.untested == 0) return {};
  return fmt::format(" {} not tested: this host lacks something, or the runtime declares it absent.",
                     count_of(all.untested, "case") + (all.untested == 1 ? " was" : " were"));
}

std::string are(std::size_t count) { return count == 1 ? "is" : "are"; }

}  // namespace

Verdict judge(const Log& log) {
  const Tally all = tally_all(log);
  const std::string untested = untested_note(all);
  if (log.interrupted) {
    return {Verdict::Kind::interrupted,
            fmt::format("interrupted after {} of {} cases, {} red", log.cases.size(), log.header.plan.size(),
                        all.red == 0 ? "none" : std::to_string(all.red)),
            "What was done is below; the run says nothing about the rest."};
  }
  if (all.broken > 0) {
    return {Verdict::Kind::broken,
            fmt::format("{} of {} cases {} broken, {} red", all.broken, all.cases(), are(all.broken), all.red),
            "Broken is the suite's own fault, never the runtime's: there is no verdict until it is mended." + untested};
  }
  if (all.red > 0) {
    const std::size_t musts = red_musts(log);
    const std::string share =
        musts == 0 ? "none of them a MUST" : fmt::format("{} of them {}", musts, musts == 1 ? "a MUST" : "MUSTs");
    return {Verdict::Kind::red, fmt::format("{} of {} cases {} red, {}", all.red, all.cases(), are(all.red), share),
            "Red is a rule that the runtime breaks, a leak, an answer that changes between attempts, or an expectation "
            "that no longer fits." +
                untested};
  }
  return {Verdict::Kind::as_expected, fmt::format("as expected, no red in {}", count_of(all.cases(), "case")),
          "Every rule that was tested holds, or fails as an expectation says." + untested};
}

std::string count_line(const Log& log) {
  const std::map<Outcome, std::size_t> counts = log.counts();
  std::vector<std::string> parts;
  for (const Outcome outcome : kReadingOrder) {
    if (counts.contains(outcome)) parts.push_back(fmt::format("{} {}", counts.at(outcome), word(outcome)));
  }
  if (!log.not_run.empty()) parts.push_back(fmt::format("{} not run", log.not_run.size()));
  if (log.leaks() > 0) parts.push_back(count_of(log.leaks(), "leak"));
  return base::join(parts, ", ");
}

std::string setting_line(const Header& header) {
  std::vector<std::string> parts = {header.suite_name + " " + header.suite_version,
                                    "runtime-spec " + header.spec_version};
  if (!header.profile.empty()) parts.push_back("profile " + header.profile);
  if (!header.lane.empty()) parts.push_back("lane " + header.lane);
  for (const char* fact : {"kernel", "cgroup"}) {
    if (header.facts.contains(fact) && header.facts[fact].is_string()) {
      parts.push_back(fmt::format("{} {}", fact, Fields::plain(header.facts[fact])));
    }
  }
  if (header.rootless) parts.emplace_back("rootless");
  if (header.stress) parts.emplace_back("under stress");
  if (header.repeat > 1) parts.push_back(fmt::format("each {} times", header.repeat));
  if (header.shard.count > 1) parts.push_back(fmt::format("shard {} of {}", header.shard.index, header.shard.count));
  return base::join(parts, ", ");
}

std::string clause_url(const Header& header, const std::string& clause) {
  if (clause.find(".md") == std::string::npos || clause.find_first_of(" \"'<>:\\") != std::string::npos) return {};
  const bool number = header.spec_version.find_first_not_of("0123456789.") == std::string::npos;
  const std::string version = header.spec_version.empty() || !number ? "1.3.0" : header.spec_version;
  return fmt::format("https://github.com/opencontainers/runtime-spec/blob/v{}/{}", version, clause);
}

}  // namespace reports
