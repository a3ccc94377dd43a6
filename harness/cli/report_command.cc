#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/file.h"
#include "harness/cli/commands.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/log_files.h"
#include "harness/cli/usage_error.h"
#include "reports/certification.h"
#include "reports/html.h"
#include "reports/json.h"
#include "reports/junit.h"
#include "reports/matrix.h"
#include "reports/summary.h"
#include "reports/tap.h"

namespace runproof {
namespace {

constexpr const char* kFormats =
    "summary: for a terminal; json: counts and outcomes; junit, tap: for CI; html: one run as a page; matrix: several "
    "runs side by\n"
    "side as a page; certification: the files of a submission, into the directory --output";

struct ReportOptions {
  std::vector<std::filesystem::path> logs;
  std::vector<std::filesystem::path> baseline;
  std::string format = "summary";
  std::filesystem::path output;
  bool verdict = false;
};

std::vector<reports::NamedLog> read_logs(const std::vector<std::filesystem::path>& files) {
  std::vector<reports::NamedLog> logs;
  for (const auto& file : files) logs.push_back(read_log(file));
  return logs;
}

std::string render(const ReportOptions& options, const std::vector<reports::NamedLog>& logs,
                   const Environment& environment) {
  const reports::Log& log = logs.front().log;
  if (options.format == "json") return reports::render_json(log);
  if (options.format == "junit") return reports::render_junit(log);
  if (options.format == "tap") return reports::render_tap(log);
  if (options.format == "html") return reports::render_html(log);
  if (options.format == "matrix") return reports::render_matrix(logs, {.baseline = read_logs(options.baseline)});
  const bool colour = environment.colour && options.output.empty();
  return reports::render_summary(
      log, {.colour = colour ? reports::Colour::on : reports::Colour::off, .width = environment.width});
}

int write_certification(const ReportOptions& options, const reports::Log& log) {
  if (options.output.empty()) throw UsageError("--format certification writes several files: say --output DIRECTORY");
  const auto directory = options.output / reports::certification_directory(log);
  std::filesystem::create_directories(directory);
  for (const auto& [name, text] : reports::render_certification(log)) {
    base::write_file(directory / name, text);
    fmt::print("{}\n", (directory / name).string());
  }
  return kAsExpected;
}

int report(const ReportOptions& options, const Environment& environment) {
  if (options.logs.size() > 1 && options.format != "matrix") {
    throw UsageError(fmt::format("--format {} takes one log; matrix takes several, and `runproof merge` joins shards",
                                 options.format));
  }
  const auto logs = read_logs(options.logs);
  if (options.format == "certification") return write_certification(options, logs.front().log);
  const std::string text = render(options, logs, environment);
  if (options.output.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
  } else {
    base::write_file(options.output, text);
  }
  return options.verdict ? reports::exit_code(logs.front().log) : kAsExpected;
}

}  // namespace

void add_report(CLI::App& app, const Environment& environment, Action& action) {
  CLI::App* command = app.add_subcommand("report", "Show an event log as a report");
  const auto options = std::make_shared<ReportOptions>();
  command->add_option("LOG", options->logs, "What run --log wrote; - is standard input")->required();
  command->add_option("-f,--format", options->format, kFormats)
      ->check(CLI::IsMember({"summary", "json", "junit", "tap", "html", "matrix", "certification"}))
      ->capture_default_str();
  command->add_option("--baseline", options->baseline, "Earlier logs, to be compared with in a matrix")
      ->allow_extra_args(false)
      ->type_name("LOG");
  command->add_option("-o,--output", options->output, "Write to this file instead of standard output")
      ->type_name("PATH");
  command->add_flag("--verdict", options->verdict,
                    "Exit as the run did, 1 where something is red: for a merged log in CI");
  command->footer(
      "Examples:\n  runproof report runc.jsonl\n  runproof report --format junit runc.jsonl > junit.xml\n"
      "  runproof report --format matrix runc.jsonl crun.jsonl -o matrix.html\n\n"
      "Exits 0 where the log could be shown, whatever it says (but see --verdict); 2 where it is cut off, not ours, or "
      "lacks results.");
  command->callback(
      [options, &environment, &action] { action = [=, &environment] { return report(*options, environment); }; });
}

}  // namespace runproof
