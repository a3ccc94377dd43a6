#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "harness/cli/runtime_options.h"
#include "harness/cli/select_options.h"

namespace runproof {

/// What `runproof run` was asked for, as it stands on the command line.
struct RunOptions {
  RuntimeOptions runtime;
  SelectOptions select;
  std::size_t jobs = 0;       ///< 0: one for each CPU
  double timeout = 0;         ///< seconds a case; 0: each case's own limit
  std::string wait = "auto";  ///< auto, pidfd, kill0
  std::string lane = "host";
  std::string cgroup_driver;  ///< cgroupfs, systemd; empty: the lane's
  bool rootless = false;
  bool all = false;  ///< in a guest lane also what the host can do
  int repeat = 1;
  bool until_fail = false;
  std::optional<std::uint64_t> shuffle;
  bool stress = false;
  bool fail_fast = false;
  bool keep = false;
  bool no_skips = false;
  bool verbose = false;
  int exit_if_skipped = 0;  ///< the exit code when all that ran was skipped, for ctest
  std::filesystem::path log;
  std::filesystem::path rerun_failed;
  std::filesystem::path expectations;
};

/// How much longer all may take beside the load of --stress.
inline constexpr int kStressScale = 3;

/// --timeout, from a millisecond to a day.
void add_timeout_option(CLI::App& command, double& seconds);
void add_run_options(CLI::App& command, RunOptions& options);

/// The command line that runs a case again under the same conditions and keeps its directory, but for the id.
[[nodiscard]] std::string rerun_line(const RunOptions& options, const Environment& environment);

}  // namespace runproof
