#include <CLI/CLI.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "harness/cli/commands.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/log_files.h"
#include "reports/diff.h"

namespace runproof {
namespace {

struct Files {
  std::filesystem::path before;
  std::filesystem::path after;
};

int diff(const Files& files, const Environment& environment) {
  const reports::Diff difference = reports::diff_logs(read_log(files.before), read_log(files.after));
  const auto colour = environment.colour ? reports::Colour::on : reports::Colour::off;
  const std::string text = reports::render_diff(difference, {.colour = colour, .width = environment.width});
  std::fwrite(text.data(), 1, text.size(), stdout);
  return difference.regression() ? kRed : kAsExpected;
}

}  // namespace

void add_diff(CLI::App& app, const Environment& environment, Action& action) {
  CLI::App* command = app.add_subcommand("diff", "Compare two runs: what fails newly, what no longer does");
  const auto files = std::make_shared<Files>();
  command->add_option("BEFORE", files->before, "The earlier log")->required();
  command->add_option("AFTER", files->after, "The later log")->required();
  command->footer("Exits 1 where something is red now that was not, or has become flaky; 0 otherwise.");
  command->callback(
      [files, &environment, &action] { action = [=, &environment] { return diff(*files, environment); }; });
}

}  // namespace runproof
