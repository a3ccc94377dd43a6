#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>

#include "base/text.h"
#include "harness/cli/commands.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/usage_error.h"
#include "harness/registry/registry.h"

namespace runproof {
namespace {

struct NewCaseOptions {
  std::string area;
  std::string name;
  std::string clause;
};

/// The clause that most cases of the area stand for: the best guess for one more.
std::string usual_clause(std::string_view area) {
  std::map<std::string_view, int> counts;
  for (const Case& one : all_cases()) {
    if (one.area == area) ++counts[one.info.clause];
  }
  const auto most = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
  return most == counts.end() ? "" : std::string(most->first);
}

int new_case(const NewCaseOptions& options) {
  if (!is_case_word(options.area) || !is_case_word(options.name)) {
    throw UsageError("area and name are words of a to z, 0 to 9 and _: a hyphen means \"exclude\" in --gtest_filter");
  }
  if (find_case(options.area + "." + options.name) != nullptr) {
    throw UsageError(fmt::format("{}.{} is there already; see `runproof explain {}.{}`", options.area, options.name,
                                 options.area, options.name));
  }
  const std::string clause = options.clause.empty() ? usual_clause(options.area) : options.clause;
  fmt::print(R"(CONFORMANCE_CASE({}, {},
                 .clause = "{}", .level = must,
                 .claim  = "a sentence that is true of a conforming runtime",
                 .needs  = {{need::root}},
                 .faults = {{"the step of refrun that, falsified, turns this red"}}) {{
  Container box = created({{"/probe", "true"}});

  const Answer answer = box.start();

  EXPECT_THAT(answer, Succeeds());
}}
)",
             options.area, options.name, clause);
  fmt::print(stderr, "runproof: append it to cases/{}.cc; docs/writing-a-case.md says what makes a good one{}\n",
             options.area, clause.empty() ? "; fill in the clause, no case of this area gives one" : "");
  return kAsExpected;
}

}  // namespace

void add_new_case(CLI::App& app, const Environment&, Action& action) {
  CLI::App* command = app.add_subcommand("new-case", "Print the block of a new case, to be filled in");
  const auto options = std::make_shared<NewCaseOptions>();
  command->add_option("AREA", options->area, "The area, which is its file: kill")->required();
  command->add_option("NAME", options->name, "The fact that it states: stopped_is_refused")->required();
  command->add_option("--clause", options->clause, "The clause; default: the one that most cases of the area stand for")
      ->type_name("CLAUSE");
  command->footer("Example:\n  runproof new-case kill unknown_signal_is_refused >> cases/kill.cc");
  command->callback([options, &action] { action = [=] { return new_case(*options); }; });
}

}  // namespace runproof
