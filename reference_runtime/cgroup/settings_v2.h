#pragma once

#include <cstdint>

#include "reference_runtime/cgroup/setting.h"
#include "reference_runtime/config/resources_config.h"

namespace refrun::v2 {

// config-linux.md#unified: values written for v1, converted to files of the unified hierarchy. What has no counterpart
// there throws CgroupError, naming the member. Pure.

Settings memory(const MemoryResources& memory);
Settings cpu(const CpuResources& cpu);
/// `bfq`: the kernel has io.bfq.weight, which takes v1's range, beside or in place of io.weight.
Settings block_io(const BlockIoResources& block_io, bool bfq);
Settings hugepages(const std::vector<HugepageLimit>& limits);
Settings network(const NetworkResources& network);

/// `resources.unified`, line by line: the kernel takes one line per write.
Settings unified(const std::map<std::string, std::string>& files);

/// v1's 2 to 262144, 1024 by default, as v2's 1 to 10000: the linear conversion that runc, crun and Kubernetes use.
[[nodiscard]] std::uint64_t weight_of_shares(std::uint64_t shares);
/// v1's 10 to 1000 as io.weight's 1 to 10000.
[[nodiscard]] std::uint64_t io_weight_of(std::uint16_t weight);

}  // namespace refrun::v2
