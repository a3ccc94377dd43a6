#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <set>

#include "harness/cli/commands.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/select_options.h"
#include "harness/run/log_frame.h"

namespace runproof {
namespace {

struct ListOptions {
  SelectOptions select;
  bool json = false;
  bool clauses = false;
  bool areas = false;
  bool ids = false;
};

/// What list prints, and besides what ctest needs: the lock.
base::Json as_json(const std::vector<const Case*>& cases) {
  base::Json list = base::Json::array();
  for (const Case* one : cases) {
    base::Json entry = describe(*one);
    entry["lock"] = one->info.lock;
    entry["limit_ms"] = one->info.limit.count();
    list.push_back(std::move(entry));
  }
  return list;
}

template <typename Value>
void print_each(const std::vector<const Case*>& cases, Value value) {
  std::set<std::string> seen;
  for (const Case* one : cases) seen.emplace(value(*one));
  for (const std::string& text : seen) fmt::print("{}\n", text);
}

int list(const ListOptions& options) {
  const auto cases = select_cases(all_cases(), selection_from(options.select, all_cases()));
  if (options.json) {
    fmt::print("{}\n", as_json(cases).dump(2));
  } else if (options.clauses) {
    print_each(cases, [](const Case& one) { return one.info.clause; });
  } else if (options.areas) {
    print_each(cases, [](const Case& one) { return one.area; });
  } else if (options.ids) {
    print_each(cases, [](const Case& one) { return one.id; });
  } else {
    for (const Case* one : cases) fmt::print("{:<44} {:<9} {}\n", one->id, to_text(one->info.level), one->info.claim);
  }
  return cases.empty() ? kNothing : kAsExpected;
}

}  // namespace

void add_list(CLI::App& app, const Environment&, Action& action) {
  CLI::App* command = app.add_subcommand("list", "Name the cases, with level and claim");
  const auto options = std::make_shared<ListOptions>();
  add_select_options(*command, options->select);
  command->add_flag("--json", options->json,
                    "An array of {id, area, level, clause, claim, needs, tags, lock, limit_ms}");
  command->add_flag("--ids", options->ids, "Ids alone");
  command->add_flag("--clauses", options->clauses, "Name the clauses that the selected cases stand for");
  command->add_flag("--areas", options->areas, "Name the areas");
  command->footer(
      "Examples:\n  runproof list kill\n  runproof list --clause runtime.md --level must\n  runproof list --json | jq "
      "'.[].id'");
  command->callback([options, &action] { action = [=] { return list(*options); }; });
}

}  // namespace runproof
