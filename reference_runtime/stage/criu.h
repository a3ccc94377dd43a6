#pragma once

#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "reference_runtime/config/config.h"

namespace refrun {

// Checkpoints are CRIU's work (criu(8)): here it is told what belongs to a container and what comes from outside of it.
// Cgroups are kept out of its hands: what is restored is born in those of the new container.

struct CriuOptions {
  std::string image_path = "checkpoint";
  std::string work_path;    // of criu's logs; empty: image_path
  std::string parent_path;  // as seen from image_path: images of an earlier --pre-dump
  bool leave_running = false;
  bool pre_dump = false;
  bool tcp_established = false;
  bool ext_unix_sk = false;
  bool shell_job = false;
  bool file_locks = false;
  bool auto_dedup = false;
};

/// Throws std::runtime_error where criu is not installed, or says itself that it does not work on this kernel.
void require_criu();

/// Writes the images of the tree of `init`, and what its standard streams were, into image_path, which is made. The
/// tree is dead afterwards unless it is to be left running. Throws std::runtime_error that names criu's log.
void dump_tree(const CriuOptions& options, pid_t init, const Config& config);

/// Where and of what a tree is restored.
struct RestorePlace {
  std::string root;                            // the new root's directory
  std::string pid_file;                        // criu writes init's pid there, as this PID namespace numbers it
  const std::vector<base::UniqueFd>& cgroups;  // files to write "0" to, by which a process joins
};

/// Init's pid; it is this process's child. Throws std::runtime_error that names criu's log.
[[nodiscard]] pid_t restore_tree(const CriuOptions& options, const Config& config, const RestorePlace& place);

}  // namespace refrun
