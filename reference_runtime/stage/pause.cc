#include "reference_runtime/stage/pause.h"

#include <fmt/format.h>

#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/stage/destroy.h"
#include "reference_runtime/stage/errors.h"
#include "reference_runtime/state/status.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

[[noreturn]] void refuse(const ContainerDir& dir, const char* verb, Status status) {
  throw WrongStatus(fmt::format("container \"{}\" cannot be {}: it is {}", dir.id(), verb, word(status)));
}

Cgroup cgroup_of(const Record& record) {
  if (!record.cgroup) throw CgroupError("the container has no cgroup");
  return Cgroup::open(*record.cgroup);
}

}  // namespace

void pause_container(const ContainerDir& dir) {
  const auto record = dir.read_record();
  const Status status = derive_status(dir, record);
  if (status == Status::paused && fault("pause_twice_accepted")) return;
  if (status == Status::stopped && fault("pause_stopped_accepted")) return;
  if (status != Status::created && status != Status::running) refuse(dir, "paused", status);
  run_step(Step::freeze, [&] { cgroup_of(*record).freeze(base::Deadline::in(kPatience)); });
}

void resume_container(const ContainerDir& dir) {
  const auto record = dir.read_record();
  const Status status = derive_status(dir, record);
  if (status == Status::running && fault("resume_running_accepted")) return;
  if (status != Status::paused) refuse(dir, "resumed", status);
  run_step(Step::thaw, [&] { cgroup_of(*record).thaw(base::Deadline::in(kPatience)); });
}

}  // namespace refrun
