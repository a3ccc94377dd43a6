#pragma once

#include <string>
#include <vector>

#include "reference_runtime/config/config.h"

namespace refrun {

struct Bundle {
  std::string path;         // absolute
  std::string config_text;  // config.json, as it was read
  Config config;
};

/// Reads and checks <path>/config.json. All problems come in one exception, each with its JSON pointer; those that the
/// spec wants only warned of are appended to `warnings`.
[[nodiscard]] Bundle load_bundle(const std::string& path, std::vector<std::string>& warnings);

/// A config that was checked before: the copy in the container's directory.
[[nodiscard]] Config reload_config(const std::string& text);

}  // namespace refrun
