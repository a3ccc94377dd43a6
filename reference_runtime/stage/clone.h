#pragma once

#include <optional>

#include "base/unique_fd.h"
#include "reference_runtime/plan/make_plan.h"
#include "reference_runtime/stage/init.h"

namespace refrun {

struct CloneRequest {
  InitPlan& plan;
  const InitSteps& steps;
  const NamespacePlan& namespaces;
  std::optional<int> cgroup;      // directory to be born in (v2)
  bool sibling = false;           // init becomes a child of our own parent
  bool enters_container = false;  // `exec`: the process in between joins the cgroups, too, before all else
};

struct Cloned {
  pid_t pid = 0;  // as this process's PID namespace numbers it
  base::UniqueFd pidfd;
};

/// One clone3 with all namespaces and the cgroup; the child runs run_init. Throws base::SysError or std::runtime_error.
[[nodiscard]] Cloned clone_init(CloneRequest request);

}  // namespace refrun
