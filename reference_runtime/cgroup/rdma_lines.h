#pragma once

#include "reference_runtime/cgroup/setting.h"
#include "reference_runtime/config/resources_config.h"

namespace refrun {

/// rdma.max, which is the same on v1 and v2.
inline Settings rdma_lines(const std::map<std::string, RdmaLimit>& limits) {
  Settings settings;
  for (const auto& [device, limit] : limits) {
    std::string line = device;
    if (limit.hca_handles) line += " hca_handle=" + std::to_string(*limit.hca_handles);
    if (limit.hca_objects) line += " hca_object=" + std::to_string(*limit.hca_objects);
    settings.push_back({"rdma", "rdma.max", line});
  }
  return settings;
}

}  // namespace refrun
