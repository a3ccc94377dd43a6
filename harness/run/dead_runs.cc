#include "harness/run/dead_runs.h"

#include <algorithm>
#include <map>
#include <string>
#include <system_error>

#include "base/file.h"
#include "harness/observe/cgroup.h"
#include "harness/observe/process.h"
#include "harness/run/marked.h"
#include "harness/run/sweep.h"

namespace runproof {
namespace {

constexpr const char* kKeptMark = "kept";

/// Names in a text that look like a run's things.
void take_names(const std::string& text, std::map<std::string, RunId>& runs) {
  for (std::size_t at = text.find("rp-"); at != std::string::npos; at = text.find("rp-", at + 1)) {
    if (const auto run = maker_of(std::string_view(text).substr(at, 64))) runs.emplace(run->text(), *run);
  }
}

bool is_kept(const std::filesystem::path& run_directory) {
  std::error_code error;
  return std::filesystem::exists(run_directory / kKeptMark, error);
}

}  // namespace

std::filesystem::path run_directory(const std::filesystem::path& scratch_base, const RunId& run) {
  return scratch_base / (run.prefix() + "d");
}

void mark_kept(const std::filesystem::path& run_directory) { base::write_file(run_directory / kKeptMark, ""); }

std::vector<RunId> find_dead_runs(const std::vector<std::filesystem::path>& scratch_bases, Search search, Kept kept) {
  std::map<std::string, RunId> runs;
  for (const Cgroup& group : find_cgroups("rp-")) take_names(group.dir.filename().string(), runs);
  for (const auto& base : scratch_bases) {
    std::error_code unreadable;
    for (const auto& entry : std::filesystem::directory_iterator(base, unreadable)) {
      if (kept == Kept::leave && is_kept(entry.path())) continue;
      take_names(entry.path().filename().string(), runs);
    }
  }
  if (search == Search::thorough) {
    for (const pid_t pid : all_processes()) take_names(marks_of(pid), runs);
  }
  std::vector<RunId> dead;
  for (const auto& [text, run] : runs) {
    if (state_of(run) == RunState::dead) dead.push_back(run);
  }
  return dead;
}

std::vector<DeadRun> sweep_dead_runs(const std::vector<std::filesystem::path>& scratch_bases, Search search,
                                     Kept kept) {
  std::vector<DeadRun> swept;
  for (const RunId& run : find_dead_runs(scratch_bases, search, kept)) {
    Traces traces{.prefix = run.prefix(), .whose = Traces::Whose::everyone};
    for (const auto& base : scratch_bases) {
      const auto directory = run_directory(base, run);
      if (exists(directory) && !(kept == Kept::leave && is_kept(directory))) traces.directories.push_back(directory);
    }
    std::vector<Leftover> removed = sweep(traces, Patience::none);
    for (const auto& directory : traces.directories) {
      if (!exists(directory)) removed.push_back({"file", directory.string()});
    }
    if (!removed.empty()) swept.push_back({run, std::move(removed)});
  }
  return swept;
}

}  // namespace runproof
