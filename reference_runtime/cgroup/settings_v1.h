#pragma once

#include "reference_runtime/cgroup/setting.h"
#include "reference_runtime/config/resources_config.h"

namespace refrun::v1 {

// config-linux.md#control-groups as files of the v1 hierarchies, in an order that works when a cgroup is new. Where old
// and new values together decide which must go first, whoever writes them tries again: see apply.h. Pure.

Settings memory(const MemoryResources& memory);
Settings cpu(const CpuResources& cpu);
Settings pids(std::int64_t limit);
/// `bfq`: the kernel has blkio.bfq.weight in place of blkio.weight.
Settings block_io(const BlockIoResources& block_io, bool bfq);
Settings hugepages(const std::vector<HugepageLimit>& limits);
Settings network(const NetworkResources& network);

}  // namespace refrun::v1
