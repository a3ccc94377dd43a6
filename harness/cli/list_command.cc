#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <set>

#include "harness/cli/commands.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/select_options.h"
#include "harness/registry/clauses.h"
#include "harness/run/log_frame.h"

namespace runproof {
namespace {

struct ListOptions {
  SelectOptions select;
  bool json = false;
  bool clauses = false;
  bool markdown = false;
  bool areas = false;
  bool ids = false;
  bool anchors = false;
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

void print_clauses() {
  for (const Clause& clause : all_clauses())
    fmt::print("{:<6} {:<60} {:>3}  {}\n", to_text(clause.level), clause.id, clause.cases.size(), clause.text);
}

/// A page for people: the areas, each with its cases.
void print_catalogue(const std::vector<const Case*>& cases) {
  fmt::print("# The cases\n\n{} cases, as `runproof list --markdown` writes them.\n", cases.size());
  std::string_view area;
  for (const Case* one : cases) {
    if (one->area != area) {
      area = one->area;
      fmt::print("\n## {}\n\n| case | level | clause | claim |\n|---|---|---|---|\n", area);
    }
    fmt::print("| `{}` | {} | {} | {} |\n", one->id, to_text(one->info.level), one->info.clause, one->info.claim);
  }
}

int list(const ListOptions& options) {
  if (options.clauses) {
    if (options.markdown) {
      fmt::print("{}", coverage_markdown(all_clauses()));
    } else {
      print_clauses();
    }
    return kAsExpected;
  }
  const auto cases = select_cases(all_cases(), selection_from(options.select, all_cases()));
  if (options.json) {
    fmt::print("{}\n", as_json(cases).dump(2));
  } else if (options.markdown) {
    print_catalogue(cases);
  } else if (options.anchors) {
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
  add_profile_option(*command, options->select);
  command->add_flag("--json", options->json,
                    "An array of {id, area, level, clause, claim, needs, tags, lock, limit_ms}");
  command->add_flag("--ids", options->ids, "Ids alone");
  command->add_flag("--clauses", options->clauses, "Every clause of the runtime-spec, with the number of its cases");
  command->add_flag(
      "--markdown", options->markdown,
      "A page: the catalogue of the cases; with --clauses the clauses and their cases (docs/coverage.md)");
  command->add_flag("--anchors", options->anchors, "Name the clauses (file#anchor) that the selected cases stand for");
  command->add_flag("--areas", options->areas, "Name the areas");
  command->footer(
      "Examples:\n  runproof list kill\n  runproof list --clause runtime.md --level must\n  runproof list --json | jq "
      "'.[].id'");
  command->callback([options, &action] { action = [=] { return list(*options); }; });
}

}  // namespace runproof
