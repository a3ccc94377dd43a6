#include "reports/junit.h"

#include <fmt/format.h>

#include <algorithm>

#include "reports/evidence.h"
#include "reports/markup.h"
#include "reports/tally.h"
#include "reports/verdict.h"

namespace reports {
namespace {

enum class Status { passed, failure, error, skipped };

struct Suite {
  std::string cases;
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
  double seconds = 0;
};

/// An attribute's value: line ends would be read as spaces.
std::string attribute(std::string_view text) {
  std::string out;
  for (const char c : escape(text)) out += c == '\n' ? "&#10;" : c == '\t' ? "&#9;" : std::string(1, c);
  return out;
}

Status status_of(const CaseRun& run) {
  if (part_of(run) == Part::broken) return Status::error;
  if (run.red()) return Status::failure;
  const Outcome outcome = run.outcome();
  if (outcome == Outcome::xfail || part_of(run) == Part::untested) return Status::skipped;
  return Status::passed;
}

std::string message_of(const CaseRun& run) {
  const Result& worst = run.worst();
  if (run.outcome() == Outcome::xfail && worst.expectation) return "expected to fail: " + worst.expectation->reason;
  if (!worst.message.empty()) return worst.message;
  return run.leak() ? "something was left behind" : std::string(meaning(run.outcome()));
}

std::string properties(const CaseInfo& info, std::string_view outcome, bool leak) {
  const auto property = [](std::string_view name, std::string_view value) {
    return fmt::format("        <property name=\"{}\" value=\"{}\"/>\n", name, attribute(value));
  };
  return "      <properties>\n" + property("clause", info.clause) + property("level", info.level) +
         property("claim", info.claim) + property("outcome", outcome) + property("leak", leak ? "true" : "false") +
         "      </properties>\n";
}

std::string test_case(const CaseRun& run, std::string_view runtime) {
  const Status status = status_of(run);
  const std::string message = attribute(message_of(run));
  const std::string type(run.leak() && !is_red(run.outcome()) ? "leak" : word(run.outcome()));
  const std::string evidence = escape(evidence_text(run));
  std::string body = properties(run.info, word(run.outcome()), run.leak());
  if (status == Status::failure || status == Status::error) {
    body += fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n",
                        status == Status::failure ? "failure" : "error", type, message, escape(run.info.claim));
  }
  if (status == Status::skipped) body += fmt::format("      <skipped type=\"{}\" message=\"{}\"/>\n", type, message);
  if (!evidence.empty()) body += fmt::format("      <system-out>{}</system-out>\n", evidence);
  return fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\">\n{}    </testcase>\n",
                     attribute(runtime), attribute(run.info.id), run.took_ms() / 1000, body);
}

void add(Suite& suite, const CaseRun& run, std::string_view runtime) {
  const Status status = status_of(run);
  ++suite.tests;
  suite.failures += status == Status::failure ? 1 : 0;
  suite.errors += status == Status::error ? 1 : 0;
  suite.skipped += status == Status::skipped ? 1 : 0;
  suite.seconds += run.took_ms() / 1000;
  suite.cases += test_case(run, runtime);
}

void add_not_run(Suite& suite, const CaseInfo& info, std::string_view runtime) {
  ++suite.tests;
  ++suite.skipped;
  suite.cases += fmt::format(
      "    <testcase classname=\"{}\" name=\"{}\" time=\"0\">\n{}"
      "      <skipped type=\"not_run\" message=\"the run was interrupted before it\"/>\n    </testcase>\n",
      attribute(runtime), attribute(info.id), properties(info, "not run", /*leak=*/false));
}

std::string counts(const Suite& suite) {
  return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\"", suite.tests,
                     suite.failures, suite.errors, suite.skipped, suite.seconds);
}

}  // namespace

std::string render_junit(const Log& log) {
  const std::string runtime = log.header.runtime.name.empty() ? log.header.runtime.path : log.header.runtime.name;
  std::map<std::string, Suite> suites;
  for (const CaseRun& run : log.cases) add(suites[run.info.area], run, runtime);
  for (const CaseInfo& info : log.not_run) add_not_run(suites[info.area], info, runtime);

  Suite all;
  std::string body;
  for (const auto& [area, suite] : suites) {
    all.tests += suite.tests;
    all.failures += suite.failures;
    all.errors += suite.errors;
    all.skipped += suite.skipped;
    all.seconds += suite.seconds;
    body += fmt::format("  <testsuite name=\"{}\" {} timestamp=\"{}\">\n", attribute(area), counts(suite),
                        attribute(log.header.started));
    body += fmt::format(
        "    <properties>\n      <property name=\"runtime\" value=\"{}\"/>\n      <property name=\"setting\" "
        "value=\"{}\"/>\n    </properties>\n",
        attribute(runtime_title(log.header)), attribute(setting_line(log.header)));
    body += suite.cases + "  </testsuite>\n";
  }
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" {}>\n{}</testsuites>\n",
                     attribute(runtime_title(log.header)), counts(all), body);
}

}  // namespace reports
