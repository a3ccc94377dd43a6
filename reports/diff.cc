#include "reports/diff.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/paint.h"
#include "reports/text.h"

namespace reports {
namespace {

/// Not to be green: red, a leak, or no verdict at all.
bool is_bad(Outcome outcome, bool leak) { return is_red(outcome) || outcome == Outcome::broken || leak; }

Change change_of(const CaseRun* before, const CaseRun& after) {
  const Result& shown = after.worst();
  Change change = {.id = after.info.id,
                   .before = Outcome::skipped,
                   .after = after.outcome(),
                   .leak_after = after.leak(),
                   .after_ms = after.took_ms(),
                   .message = shown.message,
                   .clause = after.info.clause,
                   .rerun = shown.rerun};
  if (before != nullptr) {
    change.before = before->outcome();
    change.leak_before = before->leak();
    change.before_ms = before->took_ms();
  }
  return change;
}

void sort_into(Diff& diff, const Change& change) {
  const bool was_bad = is_bad(change.before, change.leak_before);
  const bool now_bad = is_bad(change.after, change.leak_after);
  if (change.after == Outcome::flaky)
    diff.flaky.push_back(change);
  else if (now_bad && !was_bad)
    diff.newly_failing.push_back(change);
  else if (now_bad)
    diff.still_failing.push_back(change);
  else if (was_bad && change.after == Outcome::passed)
    diff.newly_passing.push_back(change);
  else if (was_bad || change.before != change.after)
    diff.changed.push_back(change);
}

bool is_slower(const Change& change, const DiffOptions& options) {
  const bool ran = change.before == Outcome::passed && change.after == Outcome::passed;
  return ran && change.after_ms >= change.before_ms * options.slower_factor &&
         change.after_ms - change.before_ms >= options.slower_floor_ms;
}

std::string described(Outcome outcome, bool leak) {
  return leak ? fmt::format("{} (leak)", word(outcome)) : std::string(word(outcome));
}

std::string indented(std::string_view text, std::size_t width) {
  std::string out;
  if (text.empty()) return out;
  for (const std::string& line : wrap(printable(text), width - 4)) out += "    " + line + "\n";
  return out;
}

class Section {
 public:
  Section(const SummaryOptions& options, std::string title, Part part)
      : paint_(options.colour),
        width_(std::max<std::size_t>(options.width, 60)),
        title_(std::move(title)),
        part_(part) {}

  /// With `evidence`, each change has its message and the line that runs it again.
  [[nodiscard]] std::string render(const std::vector<Change>& changes, bool evidence) const {
    if (changes.empty()) return {};
    std::string out = paint_.as(part_, fmt::format("{} ({})", title_, changes.size())) + "\n";
    for (const Change& change : changes) {
      out += fmt::format("  {}  {}\n", paint_.bold(change.id),
                         paint_.dim(fmt::format("{} -> {}", described(change.before, change.leak_before),
                                                described(change.after, change.leak_after))));
      if (!evidence) continue;
      out += indented(change.message, width_);
      if (!change.rerun.empty()) out += fmt::format("    {}\n", printable(change.rerun));
    }
    return out + "\n";
  }
  [[nodiscard]] std::string render(const std::vector<std::string>& ids) const {
    if (ids.empty()) return {};
    std::string out = paint_.as(part_, fmt::format("{} ({})", title_, ids.size())) + "\n";
    for (const std::string& id : ids) out += fmt::format("  {}\n", id);
    return out + "\n";
  }
  [[nodiscard]] std::string render_times(const std::vector<Change>& changes) const {
    if (changes.empty()) return {};
    std::string out = paint_.as(part_, fmt::format("{} ({})", title_, changes.size())) + "\n";
    for (const Change& change : changes) {
      out += fmt::format("  {}  {} -> {}\n", change.id, duration(change.before_ms), duration(change.after_ms));
    }
    return out + "\n";
  }

 private:
  Paint paint_;
  std::size_t width_;
  std::string title_;
  Part part_;
};

std::string head_of(const NamedLog& named) {
  const Log& log = named.log;
  return fmt::format("{}: {}, {}{}", named.name, runtime_title(log.header), log.header.started,
                     log.interrupted ? ", interrupted" : "");
}

}  // namespace

bool Diff::regression() const {
  const bool newly_flaky =
      std::any_of(flaky.begin(), flaky.end(), [](const Change& change) { return change.before != Outcome::flaky; });
  return newly_flaky || !newly_failing.empty();
}

Diff diff_logs(const NamedLog& before, const NamedLog& after, const DiffOptions& options) {
  Diff diff = {.before = head_of(before), .after = head_of(after)};
  for (const CaseRun& run : after.log.cases) {
    const CaseRun* earlier = before.log.find(run.info.id);
    const Change change = change_of(earlier, run);
    if (earlier == nullptr) {
      diff.added.push_back(run.info.id);
      if (is_bad(change.after, change.leak_after)) sort_into(diff, change);
      continue;
    }
    sort_into(diff, change);
    if (is_slower(change, options)) diff.slower.push_back(change);
  }
  for (const CaseRun& run : before.log.cases) {
    if (after.log.find(run.info.id) == nullptr) diff.removed.push_back(run.info.id);
  }
  return diff;
}

std::string render_diff(const Diff& diff, const SummaryOptions& options) {
  const Paint paint(options.colour);
  std::string out = fmt::format("before  {}\nafter   {}\n\n", printable(diff.before), printable(diff.after));
  out += Section(options, "Newly failing", Part::red).render(diff.newly_failing, /*evidence=*/true);
  out += Section(options, "Flaky", Part::red).render(diff.flaky, /*evidence=*/true);
  out += Section(options, "Newly passing", Part::fine).render(diff.newly_passing, /*evidence=*/false);
  out += Section(options, "Other outcome, not red", Part::reported).render(diff.changed, /*evidence=*/false);
  out += Section(options, "Slower", Part::reported).render_times(diff.slower);
  out += Section(options, "Only in the later run", Part::untested).render(diff.added);
  out += Section(options, "Only in the earlier run", Part::untested).render(diff.removed);
  const std::string verdict = fmt::format("{}: {} newly failing, {} flaky, {} newly passing, {} still failing",
                                          diff.regression() ? "REGRESSION" : "no regression", diff.newly_failing.size(),
                                          diff.flaky.size(), diff.newly_passing.size(), diff.still_failing.size());
  return out + paint.as(diff.regression() ? Part::red : Part::fine, verdict) + "\n";
}

}  // namespace reports
