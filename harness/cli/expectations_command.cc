#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <memory>

#include "base/file.h"
#include "base/text.h"
#include "harness/cli/commands.h"
#include "harness/cli/exit_code.h"
#include "harness/cli/expectations_file.h"
#include "harness/cli/expectations_update.h"
#include "harness/cli/log_files.h"
#include "harness/cli/runtime_options.h"
#include "harness/cli/usage_error.h"
#include "harness/lane/lane.h"

namespace runproof {
namespace {

struct UpdateOptions {
  std::filesystem::path log;
  std::filesystem::path file;
  std::vector<std::string> bounds = {"version"};
};

int update(const UpdateOptions& options) {
  const reports::Log log = read_log(options.log).log;
  const std::filesystem::path file =
      options.file.empty() ? std::filesystem::path("expectations") / (log.header.runtime.name + ".json") : options.file;
  const bool there = std::filesystem::exists(file);
  const Expectations before = there ? read_expectations(file) : Expectations{};
  if (!before.runtime.empty() && before.runtime != log.header.runtime.name) {
    throw UsageError(fmt::format("{}: /runtime: these are the expectations of {}, and {} is a log of {}", file.string(),
                                 before.runtime, options.log.string(), log.header.runtime.name));
  }
  const ExpectationsUpdate result =
      update_expectations(before, log, all_cases(), {options.bounds.begin(), options.bounds.end()});
  for (const std::string& change : result.changes) fmt::print("{}\n", change);
  const std::string text = result.expectations.text();
  const bool changed = !there || base::read_file(file) != text;
  if (changed) {
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path());
    base::write_file_atomically(file, text);
  }
  fmt::print("{}: {} expectations, {}\n", file.string(), result.expectations.entries.size(),
             changed ? "written" : "unchanged");
  return kAsExpected;
}

struct CheckOptions {
  std::vector<std::filesystem::path> files;
  RuntimeOptions runtime;
};

/// Throws UsageError where a run of this runtime on this host would refuse one.
void check_against(const RuntimeOptions& options, const std::vector<std::filesystem::path>& files,
                   const Environment& environment) {
  Context context;
  context.runtime = find_runtime(options, environment);
  context.facts = facts();
  for (const auto& file : files) static_cast<void>(expecting(file, context, std::string(to_text(Lane::host))));
}

/// 1 where an entry is red or unexplained whatever a run finds.
int check(const CheckOptions& options, const Environment& environment) {
  if (!options.runtime.path.empty()) check_against(options.runtime, options.files, environment);
  const Setting today;
  int code = kAsExpected;
  std::vector<std::string> wrong;
  for (const auto& file : options.files) {
    const Expectations expectations = read_expectations(file);
    const auto misfits = expectations.misfits(all_cases());
    wrong.insert(wrong.end(), misfits.begin(), misfits.end());
    for (const Expectation& entry : expectations.entries) {
      const auto complain = [&](std::string_view what) {
        fmt::print("{}: {}: {}\n", entry.place, entry.id, what);
        code = kRed;
      };
      if (entry.expired(today)) complain("expired on " + day_text(*entry.expires));
      if (entry.reason.starts_with(kUnexplained)) complain("nobody has looked into it");
    }
    fmt::print("{}: {} expectations{}{}\n", file.string(), expectations.entries.size(),
               expectations.runtime.empty() ? "" : " of ", expectations.runtime);
  }
  if (!wrong.empty()) throw UsageError(base::join(wrong, "\n"));
  return code;
}

void add_update(CLI::App& parent, Action& action) {
  CLI::App* command = parent.add_subcommand("update", "Make them fit what a log saw; reasons are kept");
  const auto options = std::make_shared<UpdateOptions>();
  command->add_option("LOG", options->log, "The log of a run, with these expectations or without")->required();
  command->add_option("--file", options->file, "Default: expectations/NAME.json, NAME being the runtime's")
      ->type_name("FILE");
  command
      ->add_option("--when", options->bounds,
                   "What a new entry depends on: any of version, cgroup, kernel, lane; none for nothing")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"version", "cgroup", "kernel", "lane", "none"}))
      ->capture_default_str();
  command->footer(
      "What is red gets an entry, whose reason begins with `not looked into` until somebody writes a better one; what "
      "passes\nloses its own. Entries for other versions or hosts, and those whose cases were not run, stay.");
  command->callback([options, &action] { action = [=] { return update(*options); }; });
}

void add_check(CLI::App& parent, const Environment& environment, Action& action) {
  CLI::App* command = parent.add_subcommand("check", "Say what is wrong with files, without a run");
  const auto options = std::make_shared<CheckOptions>();
  command->add_option("FILES", options->files, "Expectations")->required();
  command->add_option("-r,--runtime", options->runtime.path, "Also whether a run of this runtime here would take them")
      ->type_name("PATH");
  command->footer("Exits 1 where one has expired or nobody has looked into it, 2 where a file cannot be used.");
  command->callback(
      [options, &environment, &action] { action = [=, &environment] { return check(*options, environment); }; });
}

}  // namespace

void add_expectations(CLI::App& app, const Environment& environment, Action& action) {
  CLI::App* command =
      app.add_subcommand("expectations", "What a runtime is known to fail, and why: update or check it");
  command->require_subcommand(1);
  add_update(*command, action);
  add_check(*command, environment, action);
  command->footer(
      "Examples:\n  runproof run --runtime runc --expectations expectations/runc.json --log runc.jsonl\n"
      "  runproof expectations update runc.jsonl\n  runproof expectations check expectations/*.json");
}

}  // namespace runproof
