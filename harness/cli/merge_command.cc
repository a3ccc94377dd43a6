#include <CLI/CLI.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/file.h"
#include "harness/cli/commands.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/log_files.h"
#include "harness/cli/usage_error.h"
#include "reports/merge.h"

namespace runproof {
namespace {

struct MergeOptions {
  std::vector<std::filesystem::path> logs;
  std::filesystem::path output;
};

int merge(const MergeOptions& options) {
  std::vector<std::string> texts;
  for (const auto& file : options.logs) texts.push_back(read_log_text(file));
  std::vector<reports::ShardText> shards;
  for (std::size_t i = 0; i < texts.size(); ++i) shards.push_back({.name = options.logs[i].string(), .text = texts[i]});
  try {
    const std::string merged = reports::merge_logs(shards);
    if (options.output.empty()) {
      std::fwrite(merged.data(), 1, merged.size(), stdout);
    } else {
      base::write_file(options.output, merged);
    }
  } catch (const reports::MergeError& error) {
    throw UsageError(error.what());
  }
  return kAsExpected;
}

}  // namespace

void add_merge(CLI::App& app, const Environment&, Action& action) {
  CLI::App* command = app.add_subcommand("merge", "Join the logs of all shards of one run into one log");
  const auto options = std::make_shared<MergeOptions>();
  command->add_option("LOGS", options->logs, "One log for each shard, in any order")->required();
  command->add_option("-o,--output", options->output, "Write to this file instead of standard output")
      ->type_name("FILE");
  command->footer("Example:\n  runproof merge shard-*.jsonl -o all.jsonl");
  command->callback([options, &action] { action = [=] { return merge(*options); }; });
}

}  // namespace runproof
