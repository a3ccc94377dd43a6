#include "reports/summary.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "reports/paint.h"
#include "reports/tally.h"
#include "reports/text.h"
#include "reports/verdict.h"

namespace reports {
namespace {

constexpr std::size_t kNumber = 10;

std::string lines_of(std::string_view text, std::size_t width, std::string_view indent = "") {
  std::string out;
  for (const std::string& line : wrap(text, width - columns(indent))) out += fmt::format("{}{}\n", indent, line);
  return out;
}

std::string cell(const Paint& paint, Part part, std::size_t count) {
  const std::string number = right(count == 0 ? "." : std::to_string(count), kNumber);
  return count == 0 ? paint.dim(number) : paint.as(part, number);
}

std::string table(const std::string& head, const std::vector<Tally>& rows, const Paint& paint) {
  std::size_t width = 12;
  for (const Tally& row : rows) width = std::max(width, columns(row.name) + 2);

  std::string heads = left(head, width) + right("cases", kNumber);
  for (const Part part : {Part::fine, Part::red, Part::broken, Part::reported, Part::untested}) {
    heads += right(word(part), kNumber);
  }
  std::string out = paint.dim(heads) + "\n";
  for (const Tally& row : rows) {
    out += left(row.name, width) + right(std::to_string(row.cases()), kNumber) + cell(paint, Part::fine, row.fine) +
           cell(paint, Part::red, row.red) + cell(paint, Part::broken, row.broken) +
           cell(paint, Part::reported, row.reported) + cell(paint, Part::untested, row.untested) + "\n";
  }
  return out;
}

/// One or two lines for what is not red but worth knowing.
std::string note(const CaseRun& run, const Paint& paint, std::size_t width) {
  const std::string label = left(word(run.outcome()), 12);
  std::string out = paint.as(part_of(run), label) + run.info.id + "\n";
  if (!run.worst().message.empty()) out += lines_of(printable(run.worst().message), width, std::string(12, ' '));
  return out;
}

std::string reds(const Log& log, const SummaryOptions& options) {
  std::string out;
  for (const CaseRun* run : reading_order(log)) {
    if (part_of(*run) == Part::red || part_of(*run) == Part::broken) out += render_case(*run, options) + "\n";
  }
  return out;
}

using IdsByReason = std::map<std::string, std::vector<std::string>>;

std::string section(std::string_view title, const IdsByReason& all, const Paint& paint, std::size_t width) {
  std::string out;
  for (const auto& [reason, ids] : all) {
    out += lines_of(reason, width);
    out += lines_of(base::join(ids, " "), width, "    ");
  }
  return out.empty() ? out : paint.bold(title) + "\n" + out + "\n";
}

std::string notes(const Log& log, const Paint& paint, std::size_t width) {
  std::string out;
  IdsByReason expected;
  IdsByReason untested;
  for (const CaseRun* run : reading_order(log)) {
    if (part_of(*run) == Part::reported) out += note(*run, paint, width);
    if (run->outcome() == Outcome::xfail && run->worst().expectation) {
      expected[printable(run->worst().expectation->reason)].push_back(run->info.id);
    }
    if (part_of(*run) == Part::untested) {
      untested[fmt::format("{}: {}", word(run->outcome()), printable(run->worst().message))].push_back(run->info.id);
    }
  }
  if (!out.empty()) out = paint.bold("Reported, not red") + "\n" + out + "\n";
  return out + section("Failed as expected", expected, paint, width) + section("Not tested", untested, paint, width);
}

std::string slow_cases(const Log& log, const Paint& paint, std::size_t most) {
  std::string out;
  for (const CaseRun* run : slowest(log, most)) {
    out += fmt::format("{}  {}\n", right(duration(run->took_ms()), 10), run->info.id);
  }
  return out.empty() ? out : paint.bold("Slowest") + "\n" + out + "\n";
}

std::string legend(const Log& log, std::size_t width) {
  std::string out;
  const std::map<Outcome, std::size_t> counts = log.counts();
  for (const Outcome outcome : kReadingOrder) {
    if (outcome == Outcome::passed || !counts.contains(outcome)) continue;
    out += (out.empty() ? "" : "; ") + fmt::format("{}: {}", word(outcome), meaning(outcome));
  }
  return out.empty() ? out : lines_of(out, width);
}

Part part_of(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::as_expected:
      return Part::fine;
    case Verdict::Kind::red:
      return Part::red;
    case Verdict::Kind::broken:
      return Part::broken;
    case Verdict::Kind::interrupted:
      return Part::reported;
  }
  return Part::broken;
}

}  // namespace

std::string render_summary(const Log& log, const SummaryOptions& options) {
  const Paint paint(options.colour);
  const std::size_t width = std::max<std::size_t>(options.width, 60);
  const Verdict verdict = judge(log);

  std::string out = fmt::format("{}  {}\n", paint.bold(printable(runtime_title(log.header))),
                                paint.dim(printable(log.header.runtime.path)));
  out += lines_of(printable(setting_line(log.header)), width) + "\n";
  out += reds(log, options);
  out += notes(log, paint, width);
  out += slow_cases(log, paint, options.slowest);
  out += table("area", tally_by_area(log), paint) + "\n";
  std::vector<Tally> levels = tally_by_level(log);
  levels.push_back(tally_all(log));
  out += table("level", levels, paint) + "\n";

  out += lines_of(
      fmt::format("{} in {}: {}", count_of(log.cases.size(), "case"), duration(log.wall_ms), count_line(log)), width);
  out += legend(log, width);
  std::string headline = verdict.headline;
  out += "\n" + paint.as(part_of(verdict.kind), printable(runtime_title(log.header)) + ": " + headline) + "\n";
  out += lines_of(verdict.detail, width);
  if (verdict.kind == Verdict::Kind::red) {
    out += lines_of(
        "Each red case above ends with the line that runs it again and keeps its directory; "
        "`runproof explain ID` says what it wants and why.",
        width);
  }
  return out;
}

}  // namespace reports
