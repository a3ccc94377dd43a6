#pragma once

#include "base/json.h"
#include "reference_runtime/cgroup/place.h"

namespace refrun {

/// The `data` object of `events --stats`, in the form that runc prints and containerd's shim and podman read: cpu,
/// memory, pids, blkio, hugetlb, rdma. What a hierarchy does not offer is zero or absent.
[[nodiscard]] base::Json read_stats(const CgroupPlace& place);

}  // namespace refrun
