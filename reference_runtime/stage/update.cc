#include "reference_runtime/stage/update.h"

#include <fmt/format.h>

#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/stage/errors.h"
#include "reference_runtime/state/status.h"
#include "reference_runtime/sys/privileges.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

template <typename T>
void drop_zero(std::optional<T>& value) {
  if (value == T{0}) value.reset();
}

}  // namespace

void drop_unset(Resources& resources) {
  if (resources.memory) {
    MemoryResources& memory = *resources.memory;
    for (auto* bytes : {&memory.limit, &memory.reservation, &memory.swap, &memory.kernel, &memory.kernel_tcp})
      drop_zero(*bytes);
  }
  if (resources.cpu) {
    CpuResources& cpu = *resources.cpu;
    drop_zero(cpu.shares);
    drop_zero(cpu.quota);
    drop_zero(cpu.period);
    drop_zero(cpu.realtime_runtime);
    drop_zero(cpu.realtime_period);
  }
  if (resources.block_io) {
    drop_zero(resources.block_io->weight);
    drop_zero(resources.block_io->leaf_weight);
  }
}

void update_container(const ContainerDir& dir, const Resources& resources) {
  const auto record = dir.read_record();
  const Status status = derive_status(dir, record);
  const bool stopped_passes = status == Status::stopped && fault("update_stopped_accepted");
  if (stopped_passes) return;
  if (status == Status::stopped || status == Status::creating)
    throw WrongStatus(fmt::format("container \"{}\" cannot be updated: it is {}", dir.id(), word(status)));
  if (!record->cgroup) throw CgroupError("the container has no cgroup");
  const Privilege privilege = own_privileges().full() ? Privilege::full : Privilege::rootless;
  const Cgroup cgroup = Cgroup::open(*record->cgroup);
  run_step(Step::set_resources, [&] { cgroup.update(resources, privilege); });
  if (status == Status::paused && fault("update_thaws")) cgroup.thaw(base::Deadline::in(std::chrono::seconds(1)));
}

}  // namespace refrun
