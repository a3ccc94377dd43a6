#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "reports/evidence.h"
#include "reports/paint.h"
#include "reports/summary.h"
#include "reports/text.h"

namespace reports {
namespace {

constexpr std::size_t kLabel = 11;
constexpr std::size_t kMostLines = 12;

/// Lines under one case: a label, and text wrapped beside it.
class Block {
 public:
  explicit Block(const SummaryOptions& options)
      : paint_(options.colour), width_(std::max<std::size_t>(options.width, 60) - kLabel - 1) {}

  /// Prose: wrapped.
  void add(std::string_view label, std::string_view text) {
    if (!text.empty()) put(label, wrap(printable(text), width_), /*prose=*/true);
  }
  /// A program's output: its own lines, long ones folded, the middle left out.
  void add_output(std::string_view label, std::string_view text) {
    const std::string shown = printable(text);
    std::vector<std::string> lines;
    for (const std::string_view line : base::split(base::trim(shown), '\n')) {
      if (columns(line) <= width_ - 2)
        lines.emplace_back(line);
      else
        for (std::string& part : wrap(line, width_ - 2)) lines.push_back(std::move(part));
    }
    if (lines.empty()) return;
    if (lines.size() > kMostLines) {
      const std::size_t dropped = lines.size() - kMostLines + 1;
      lines.erase(lines.begin() + kMostLines / 2,
                  lines.begin() + static_cast<std::ptrdiff_t>(kMostLines / 2 + dropped));
      lines.insert(lines.begin() + kMostLines / 2, fmt::format("... {} more ...", count_of(dropped, "line")));
    }
    put(label, lines, /*prose=*/false);
  }
  /// To be pasted: never wrapped.
  void add_line(std::string_view label, const std::string& text) {
    if (!text.empty()) put(label, {printable(text)}, /*prose=*/true);
  }
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  void put(std::string_view label, const std::vector<std::string>& lines, bool prose) {
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string head = left(i == 0 ? label : "", kLabel - 2);
      text_ += fmt::format("  {}{}\n", paint_.dim(head), prose ? lines[i] : paint_.dim("| ") + lines[i]);
    }
  }

  Paint paint_;
  std::size_t width_;
  std::string text_;
};

void add_command(Block& block, std::string_view label, const Command& command) {
  block.add(label, fmt::format("{} ({})", base::shell_line(command.argv), ending(command)));
  block.add_output("stdout", command.out);
  block.add_output("stderr", command.err);
}

void add_result(Block& block, const Result& result) {
  if (message_adds(result)) block.add("message", result.message);
  for (const Failure& failure : result.failures) {
    block.add("found", finding(failure));
    block.add("expected", failure.expected);
    block.add("actual", failure.actual);
  }
  for (const Leftover& leftover : result.leftovers) block.add("left", leftover.kind + " " + leftover.what);
  for (const Survivor& survivor : result.diagnosis) block.add("alive", survivor_line(survivor));
  if (const Command* command = telling_command(result)) add_command(block, "command", *command);
  if (result.expectation) {
    block.add("because", fmt::format("{} {}", result.expectation->reason, result.expectation->link));
  }
  if (!result.bundle.empty()) block.add_line("kept", result.bundle);
}

/// What came of the case in attempts that ended otherwise than the worst: the other evidence of a flaky case.
void add_others(Block& block, const CaseRun& run) {
  const Result& worst = run.worst();
  for (const Result* other : telling_attempts(run)) {
    if (other->outcome == worst.outcome) continue;
    block.add("but", fmt::format("{} in attempt {}", word(other->outcome), other->attempt));
    if (const Command* command = counterpart(worst, *other)) add_command(block, "command", *command);
  }
}

}  // namespace

std::string render_case(const CaseRun& run, const SummaryOptions& options) {
  const Paint paint(options.colour);
  const Result& worst = run.worst();
  std::string label(word(run.outcome()));
  std::transform(label.begin(), label.end(), label.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  if (run.leak()) label += " LEAK";

  Block block(options);
  block.add("claim", run.info.claim);
  block.add("attempts", attempts_line(run));
  add_result(block, worst);
  add_others(block, run);
  block.add_line("again", worst.rerun);
  return fmt::format("{} {}  {}\n", paint.as(part_of(run), label), paint.bold(printable(run.info.id)),
                     paint.dim(printable(run.info.level + ", " + run.info.clause))) +
         std::move(block).text();
}

}  // namespace reports
