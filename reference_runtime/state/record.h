#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/json.h"
#include "reference_runtime/cgroup/place.h"
#include "reference_runtime/rdt/resctrl.h"
#include "reference_runtime/sys/process_id.h"

namespace refrun {

/// What is remembered of a container, in state.json: facts about its creation, from which everything else is derived by
/// asking the kernel. No status is stored: a stored status is a lie waiting for a crash.
struct Record {
  std::string id;
  std::string bundle;  // absolute
  std::string oci_version;
  std::string created_at;  // RFC 3339
  std::string owner;       // "root" or a number, for `list`
  std::map<std::string, std::string> annotations;
  ProcessId creator;      // the refrun that runs, or ran, `create`
  ProcessId init;         // as the host numbers it
  bool complete = false;  // `create` has come to its end
  bool has_process = false;
  bool needs_config = false;  // `start` and `delete` have to read the kept config: it has hooks, or a seccomp agent
  bool own_pid_namespace = false;
  std::optional<CgroupPlace> cgroup;  // written before the cgroup is made
  std::optional<RdtGroups> rdt;       // the same
  std::string rootfs_mount;           // where the root was mounted in a mount namespace that outlives init; else empty
};

[[nodiscard]] base::Json to_json(const Record& record);
/// Throws std::runtime_error for text that to_json did not write.
[[nodiscard]] Record record_from_json(const std::string& text);

}  // namespace refrun
