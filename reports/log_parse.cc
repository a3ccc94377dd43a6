#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "reports/events.h"
#include "reports/log.h"

namespace reports {
namespace {

base::Json parse_line(std::string_view line, std::size_t number, bool last) {
  try {
    return base::parse_json(line);
  } catch (const base::JsonError& error) {
    if (number == 1) throw LogError(1, fmt::format("not a runproof event log: {}", error.what()));
    throw LogError(number, fmt::format("{}not JSON: {}", last ? "the log is cut off here: " : "", error.what()));
  }
}

/// Takes events one by one, in the order of the log, and holds them against the plan.
class Reader {
 public:
  void take(const Fields& event) {
    const std::string kind = event.text("event");
    if (kind.empty()) throw LogError(event.line(), "no \"event\" member: not a line of a runproof event log");
    if (ended_) throw LogError(event.line(), after_the_end(kind));
    if (!begun_) return take_header(event, kind);
    if (kind == "header") throw LogError(event.line(), "a second header: shards are put together by runproof merge");
    if (kind == "start") return static_cast<void>(slot(event));
    if (kind == "result") return take_result(event);
    if (kind == "footer") return take_footer(event);
    // Kinds that a later program adds within the same schema are not ours to judge.
  }

  Log finish(std::size_t lines) {
    if (!begun_) throw LogError(0, "the log is empty");
    if (!ended_) {
      throw LogError(lines, fmt::format("no footer: the log is cut off, or its run was killed ({} of {} results)",
                                        results_, log_.header.planned));
    }
    for (CaseRun& run : slots_) {
      if (run.attempts.empty())
        log_.not_run.push_back(std::move(run.info));
      else
        log_.cases.push_back(std::move(run));
    }
    return std::move(log_);
  }

 private:
  static std::string after_the_end(const std::string& kind) {
    return kind == "header" ? "a second log begins after the footer: shards are put together by runproof merge"
                            : fmt::format("a {} after the footer", kind);
  }

  void take_header(const Fields& event, const std::string& kind) {
    if (kind != "header") throw LogError(event.line(), fmt::format("the log begins with a {}, not a header", kind));
    log_.header = read_header(event);
    for (const CaseInfo& info : log_.header.plan) {
      index_.emplace(info.id, slots_.size());
      slots_.push_back({.info = info, .attempts = {}});
    }
    begun_ = true;
  }

  CaseRun& slot(const Fields& event) {
    const std::string id = event.needed_text("id");
    const auto found = index_.find(id);
    if (found == index_.end()) throw LogError(event.line(), fmt::format("{} is not in the plan", id));
    const int attempt = event.integer("attempt", 1);
    if (attempt < 1 || attempt > log_.header.repeat) {
      throw LogError(event.line(), fmt::format("{} has attempt {}, of {} planned", id, attempt, log_.header.repeat));
    }
    return slots_[found->second];
  }

  void take_result(const Fields& event) {
    CaseRun& run = slot(event);
    Result result = read_result(event);
    const auto after = std::find_if(run.attempts.begin(), run.attempts.end(),
                                    [&](const Result& other) { return other.attempt >= result.attempt; });
    if (after != run.attempts.end() && after->attempt == result.attempt) {
      throw LogError(event.line(),
                     fmt::format("a second result for {}, attempt {}: merged twice?", run.info.id, result.attempt));
    }
    run.attempts.insert(after, std::move(result));
    ++results_;
  }

  void take_footer(const Fields& event) {
    log_.ended = event.text("ended");
    log_.wall_ms = event.number("wall_ms");
    log_.interrupted = event.flag("interrupted");
    const std::size_t reported = event.needed_count("reported");
    if (reported != results_) {
      throw LogError(event.line(), fmt::format("the footer says {} results, and the log holds {}", reported, results_));
    }
    if (results_ < log_.header.planned && !log_.interrupted) {
      throw LogError(event.line(), fmt::format("{} results for {} planned: the first without one is {}", results_,
                                               log_.header.planned, first_missing()));
    }
    ended_ = true;
  }

  std::string first_missing() const {
    const auto repeat = static_cast<std::size_t>(log_.header.repeat);
    const auto found =
        std::find_if(slots_.begin(), slots_.end(), [&](const CaseRun& run) { return run.attempts.size() < repeat; });
    return found == slots_.end() ? "unknown" : found->info.id;
  }

  Log log_;
  std::vector<CaseRun> slots_;
  std::unordered_map<std::string, std::size_t> index_;
  std::size_t results_ = 0;
  bool begun_ = false;
  bool ended_ = false;
};

}  // namespace

Log parse_log(std::string_view text) {
  Reader reader;
  const std::vector<std::string_view> lines = base::split(text, '\n');
  std::size_t number = 0;
  std::size_t last = 0;
  for (const std::string_view line : lines) {
    ++number;
    if (base::trim(line).empty()) continue;
    last = number;
    const base::Json event = parse_line(line, number, number == lines.size());
    reader.take(Fields(event, number));
  }
  return reader.finish(last);
}

}  // namespace reports
