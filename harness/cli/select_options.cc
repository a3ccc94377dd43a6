#include "harness/cli/select_options.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "harness/cli/usage_error.h"

namespace runproof {
namespace {

Shard shard_from(const std::string& text) {
  const auto parts = base::split(text, '/');
  const long long index = parts.size() == 2 ? base::to_number(parts[0]).value_or(0) : 0;
  const long long count = parts.size() == 2 ? base::to_number(parts[1]).value_or(0) : 0;
  if (index < 1 || count < index || count > 10'000) {
    throw UsageError(fmt::format("--shard {}: wanted INDEX/COUNT with INDEX from 1 to COUNT, as in 2/4", text));
  }
  return {.index = static_cast<int>(index), .count = static_cast<int>(count)};
}

std::string unknown_text(const std::vector<std::string>& unknown, const std::vector<Case>& cases) {
  std::string text;
  for (const std::string& entry : unknown) {
    text += fmt::format("{}no case, clause or tag is called {}", text.empty() ? "" : "\n", entry);
    const auto similar = similar_ids(cases, entry);
    if (!similar.empty()) text += fmt::format("; did you mean {}?", base::join(similar, ", "));
  }
  return text + "\n`runproof list` names them all";
}

}  // namespace

void add_select_options(CLI::App& command, SelectOptions& options) {
  command.add_option("IDS", options.ids,
                     "Cases by id or glob: kill.stopped_error, 'kill.*', or an area: kill. Default: all of them");
  command
      .add_option("--clause", options.clauses,
                  "Only cases for these clauses, ids or globs: runtime.md#kill, 'config.md*'")
      ->allow_extra_args(false)
      ->type_name("CLAUSE");
  command.add_option("--level", options.levels, "Only these levels: must, should, may, descr, cli, hardening, vendor")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->type_name("LEVEL");
  command.add_option("--tag", options.tags, "Only cases with one of these tags")
      ->allow_extra_args(false)
      ->delimiter(',')
      ->type_name("TAG");
  command.add_option("--shard", options.shard, "The i-th of n equal parts of the selection, as 1/4")->type_name("I/N");
}

void add_profile_option(CLI::App& command, SelectOptions& options) {
  options.profile = "spec";
  command
      .add_option("--profile", options.profile, "Where spec and common practice contradict each other: spec or compat")
      ->check(CLI::IsMember({"spec", "compat"}))
      ->capture_default_str();
}

Selection selection_from(const SelectOptions& options, const std::vector<Case>& cases) {
  Selection selection{.ids = options.ids, .clauses = options.clauses, .tags = options.tags};
  for (const std::string& word : options.levels) {
    const auto level = level_from(word);
    if (!level) {
      throw UsageError(
          fmt::format("no level is called {}: they are must, should, may, descr, cli, hardening, vendor", word));
    }
    selection.levels.push_back(*level);
  }
  selection.profile.reset();
  if (!options.profile.empty()) selection.profile = options.profile == "compat" ? Profile::compat : Profile::spec;
  if (!options.shard.empty()) selection.shard = shard_from(options.shard);
  const auto unknown = unknown_entries(cases, selection);
  if (!unknown.empty()) throw UsageError(unknown_text(unknown, cases));
  return selection;
}

}  // namespace runproof
