#pragma once

#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "reference_runtime/config/config.h"
#include "reference_runtime/state/store.h"

namespace refrun {

struct ExecRequest {
  std::string pid_file;        // empty: none
  std::string console_socket;  // path; empty: none
  int console_fd = -1;         // instead of a path: one end of a socket pair (in the foreground)
  int preserve_fds = 0;
  int listen_fds = 0;
  bool ignore_paused = false;        // wait for `resume` instead of refusing
  std::vector<std::string> cgroups;  // --cgroup: see sub_cgroup()
};

/// A process that was added to a container; our child.
struct Executed {
  pid_t pid = 0;
  base::UniqueFd pidfd;
};

/// `exec`: `process` in all namespaces and cgroups of a created or running container, with everything that process.*
/// and linux.* of its config say. Returns once its program runs. Throws WrongStatus, or what went wrong.
[[nodiscard]] Executed exec_in_container(const ContainerDir& dir, const Config& config, const Process& process,
                                         const ExecRequest& request, std::vector<std::string>& warnings);

}  // namespace refrun
