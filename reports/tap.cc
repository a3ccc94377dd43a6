#include "reports/tap.h"

#include <fmt/format.h>

#include "base/text.h"
#include "reports/evidence.h"
#include "reports/tally.h"
#include "reports/text.h"
#include "reports/verdict.h"
#include "reports/yaml.h"

namespace reports {
namespace {

/// One line for a directive; # and \ are TAP's own.
std::string reason(std::string_view text) {
  const std::string clean = printable(text);
  std::string out;
  for (const std::string_view word : base::words(clean)) out.append(out.empty() ? "" : " ").append(word);
  std::string escaped;
  for (const char c : out) escaped.append(c == '#' || c == '\\' ? "\\" : "").append(1, c);
  return escaped;
}

std::string directive(const CaseRun& run) {
  const Result& worst = run.worst();
  if (run.red()) return {};
  switch (run.outcome()) {
    case Outcome::skipped:
      return " # SKIP " + reason(worst.message);
    case Outcome::unsupported:
      return " # SKIP unsupported: " + reason(worst.message);
    case Outcome::xfail:
      return " # TODO " + reason(worst.expectation ? worst.expectation->reason : worst.message);
    case Outcome::soft:
    case Outcome::info:
      return fmt::format(" # TODO {}", reason(meaning(run.outcome())));
    default:
      return {};
  }
}

bool is_ok(const CaseRun& run) {
  const Outcome outcome = run.outcome();
  const bool held = outcome == Outcome::passed || outcome == Outcome::skipped || outcome == Outcome::unsupported;
  return held && !run.leak();
}

std::string diagnostics(const CaseRun& run) {
  const Result& worst = run.worst();
  const auto line = [](std::string_view name, std::string_view value) {
    return value.empty() ? std::string() : fmt::format("  {}: {}\n", name, yaml_text(printable(value)));
  };
  std::string out = "  ---\n" + line("outcome", word(run.outcome())) + line("message", worst.message) +
                    line("level", run.info.level) + line("clause", run.info.clause) + line("claim", run.info.claim);
  if (!worst.failures.empty()) {
    out += line("expected", worst.failures.front().expected) + line("actual", worst.failures.front().actual);
  }
  if (!is_ok(run)) {
    if (const Command* command = telling_command(worst)) {
      out += line("command", base::shell_line(command->argv)) + line("ended", ending(*command)) +
             line("stderr", command->err);
    }
    if (!worst.leftovers.empty()) out += "  left:\n";
    for (const Leftover& leftover : worst.leftovers) {
      out += fmt::format("    - {}\n", yaml_text(printable(leftover.kind + " " + leftover.what)));
    }
  }
  return out + fmt::format("  duration_ms: {:.1f}\n", run.took_ms()) + line("again", is_ok(run) ? "" : worst.rerun) +
         "  ...\n";
}

}  // namespace

std::string render_tap(const Log& log) {
  std::string out = fmt::format("TAP version 14\n# {}: {}\n1..{}\n", printable(runtime_title(log.header)),
                                printable(setting_line(log.header)), log.header.plan.size());
  std::size_t number = 0;
  for (const CaseRun& run : log.cases) {
    out += fmt::format("{} {} - {}{}\n{}", is_ok(run) ? "ok" : "not ok", ++number, run.info.id, directive(run),
                       diagnostics(run));
  }
  const Verdict verdict = judge(log);
  out += fmt::format("# {}\n", count_line(log));
  const bool no_verdict = verdict.kind == Verdict::Kind::broken || verdict.kind == Verdict::Kind::interrupted;
  return no_verdict ? out + fmt::format("Bail out! {}\n", verdict.headline) : out;
}

}  // namespace reports
