#include "reference_runtime/state/status.h"

#include <fcntl.h>

#include "base/file.h"
#include "base/sys_error.h"
#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

/// Whether init still waits at the gate: it holds a lock on the file, which the kernel drops at execve(2).
bool gate_is_held(const ContainerDir& dir) {
  const base::UniqueFd gate(::open(dir.path("gate").c_str(), O_RDWR | O_CLOEXEC));
  if (!gate.valid()) return false;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(gate.get(), F_OFD_GETLK, &lock) != 0) throw base::SysError("ask for the gate's lock");
  return lock.l_type != F_UNLCK;
}

}  // namespace

std::string_view word(Status status) {
  switch (status) {
    case Status::creating:
      return "creating";
    case Status::created:
      return "created";
    case Status::running:
      return "running";
    case Status::paused:
      return "paused";
    case Status::stopped:
      return "stopped";
  }
  return "unknown";
}

Status derive_status(const ContainerDir& dir, const std::optional<Record>& record) {
  if (!record || !record->complete) return dir.is_locked() ? Status::creating : Status::stopped;
  if (!open_if_running(record->init)) return Status::stopped;
  if (record->cgroup && Cgroup::open(*record->cgroup).is_frozen()) return Status::paused;
  return gate_is_held(dir) ? Status::created : Status::running;
}

base::OrderedJson state_json(const Record& record, Status status, pid_t pid) {
  base::OrderedJson json;
  json["ociVersion"] = fault("state_oci_version_empty") ? "" : record.oci_version;
  json["id"] = fault("state_wrong_id") ? record.id + "x" : record.id;
  json["status"] = word(status);
  if (pid != 0) json["pid"] = fault("state_wrong_pid") ? pid + 1 : pid;
  json["bundle"] = record.bundle;
  if (!fault("state_no_annotations")) json["annotations"] = record.annotations;
  if (fault("state_no_bundle")) json.erase("bundle");
  return json;
}

}  // namespace refrun
