#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reference_runtime/config/mount_options.h"

namespace refrun {

struct IdMapping {
  std::uint32_t container_id = 0;
  std::uint32_t host_id = 0;
  std::uint32_t size = 0;
};

struct Mount {
  std::string destination;  // absolute: a relative one was read as relative to "/"
  std::string type;
  std::string source;
  std::vector<std::string> option_strings;  // as written
  MountOptions options;
  std::vector<IdMapping> uid_mappings;
  std::vector<IdMapping> gid_mappings;
};

}  // namespace refrun
