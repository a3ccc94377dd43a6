#pragma once

#include <filesystem>
#include <vector>

#include "harness/run/run_id.h"
#include "harness/runtime/evidence.h"

namespace runproof {

/// Of a run: where its scratch directory is, below `scratch_base` (the directory for temporary files).
[[nodiscard]] std::filesystem::path run_directory(const std::filesystem::path& scratch_base, const RunId& run);
/// Says that a run's directory is to outlive it (--keep): sweeps leave it alone unless told otherwise.
void mark_kept(const std::filesystem::path& run_directory);

/// What a killed harness left.
struct DeadRun {
  RunId run;
  std::vector<Leftover> removed;
};

enum class Kept { leave, remove };
/// quick: those with a directory or a cgroup. thorough: also those of which only processes are left (reads all of
/// /proc).
enum class Search { quick, thorough };

/// Runs whose orchestrator is dead for certain and of which there is something left; their directories are in
/// `scratch_bases`.
[[nodiscard]] std::vector<RunId> find_dead_runs(const std::vector<std::filesystem::path>& scratch_bases, Search search,
                                                Kept kept);
/// Ends and removes all of them, and only that.
[[nodiscard]] std::vector<DeadRun> sweep_dead_runs(const std::vector<std::filesystem::path>& scratch_bases,
                                                   Search search, Kept kept);

}  // namespace runproof
