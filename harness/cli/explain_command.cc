#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "base/text.h"
#include "harness/cli/commands.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/runtime_options.h"
#include "harness/cli/usage_error.h"
#include "harness/registry/outcome.h"
#include "harness/registry/selection.h"

namespace runproof {
namespace {

struct ExplainOptions {
  std::string id;
  RuntimeOptions runtime;
};

const Case& case_called(const std::string& id) {
  if (const Case* one = find_case(id)) return *one;
  const auto similar = similar_ids(all_cases(), id);
  throw UsageError(similar.empty()
                       ? fmt::format("no case is called {}; `runproof list` names them all", id)
                       : fmt::format("no case is called {}; did you mean {}?", id, base::join(similar, ", ")));
}

void print_row(std::string_view name, std::string_view text) {
  if (!text.empty()) fmt::print("  {:<10} {}\n", name, text);
}

std::string joined(const std::vector<std::string_view>& words) {
  return base::join(std::vector<std::string>(words.begin(), words.end()), ", ");
}

/// Whether it can run here; false where something is missing.
bool print_needs(const CaseInfo& info) {
  bool all = true;
  for (const Need& need : info.needs) {
    const bool met = need.met == nullptr || need.met(facts());
    print_row("needs", met ? fmt::format("{}: yes", need.name) : fmt::format("{}: no: {}", need.name, need.why));
    all = all && met;
  }
  return all;
}

bool print_features(const CaseInfo& info, const Runtime& runtime) {
  bool all = true;
  for (const std::string_view feature : info.features) {
    const auto absent = runtime.lacks(feature);
    print_row("feature",
              fmt::format("{}: {}", feature, absent ? "absent: " + *absent : "nothing says that it is absent"));
    all = all && !absent;
  }
  return all;
}

std::string_view profile_words(In in) {
  switch (in) {
    case In::both:
      return "";
    case In::spec_only:
      return "only with --profile spec";
    case In::compat_only:
      return "only with --profile compat";
  }
  return "";
}

int explain(const ExplainOptions& options, const Environment& environment) {
  const Case& one = case_called(options.id);
  const CaseInfo& info = one.info;
  fmt::print("{}\n", one.id);
  print_row("claim", info.claim);
  print_row("clause", info.clause);
  print_row("level", fmt::format("{}; where the claim does not hold it is {}", to_text(info.level),
                                 to_text(outcome_of_failure(info.level))));
  print_row("written in", fmt::format("{}:{}", one.file, one.line));
  print_row("tags", joined(info.tags));
  print_row("lock", info.lock);
  print_row("limit", fmt::format("{} ms", info.limit.count()));
  print_row("profile", profile_words(info.profile));
  print_row("since", info.since);
  print_row("faults", joined(info.faults));
  print_row("no fault", info.unsabotaged);
  const bool here = print_needs(info);
  const bool asked = !options.runtime.path.empty() || !environment.runtime.empty();
  if (asked) {
    const Runtime runtime = find_runtime(options.runtime, environment);
    if (!print_features(info, runtime))
      fmt::print("It would be unsupported by {} {}.\n", runtime.name, runtime.version);
  } else {
    print_row("features", joined(info.features));
  }
  fmt::print("{}\n", here ? "It can run here." : "It would be skipped here.");
  return kAsExpected;
}

}  // namespace

void add_explain(CLI::App& app, const Environment& environment, Action& action) {
  CLI::App* command = app.add_subcommand("explain", "Say what a case is about, and whether it can run here");
  const auto options = std::make_shared<ExplainOptions>();
  command->add_option("ID", options->id, "The case, as in kill.stopped_error")->required();
  add_runtime_options(*command, options->runtime);
  command->footer(
      "Examples:\n  runproof explain kill.stopped_error\n  runproof explain kill.stopped_error --runtime runc");
  command->callback(
      [options, &environment, &action] { action = [=, &environment] { return explain(*options, environment); }; });
}

}  // namespace runproof
