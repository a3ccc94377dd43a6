#include "reference_runtime/cgroup/place.h"

#include <algorithm>
#include <array>

namespace refrun {
namespace {

constexpr std::array<const char*, 4> kModes{"none", "v1", "hybrid", "v2"};

}  // namespace

std::vector<std::string> CgroupPlace::legacy_directories() const {
  std::vector<std::string> list;
  for (const auto& [controller, directory] : legacy)
    if (std::find(list.begin(), list.end(), directory) == list.end()) list.push_back(directory);
  return list;
}

std::vector<std::string> CgroupPlace::directories() const {
  std::vector<std::string> list = legacy_directories();
  if (!unified.empty()) list.push_back(unified);
  return list;
}

std::string CgroupPlace::legacy_directory(const std::string& controller) const {
  const auto found = legacy.find(controller);
  return found == legacy.end() ? "" : found->second;
}

base::Json to_json(const CgroupPlace& place) {
  return {{"mode", kModes.at(static_cast<std::size_t>(place.mode))},
          {"path", place.path},
          {"legacy", place.legacy},
          {"unified", place.unified},
          {"unifiedMount", place.unified_mount},
          {"scope", place.scope},
          {"userManager", place.user_manager},
          {"parents", place.parents}};
}

CgroupPlace cgroup_place_from_json(const base::Json& json) {
  CgroupPlace place;
  const auto mode = json.at("mode").get<std::string>();
  const auto known = std::find(kModes.begin(), kModes.end(), mode);
  if (known == kModes.end()) throw base::JsonError("unknown cgroup mode \"" + mode + "\"");
  place.mode = static_cast<CgroupMode>(known - kModes.begin());
  place.path = json.at("path").get<std::string>();
  place.legacy = json.at("legacy").get<std::map<std::string, std::string>>();
  place.unified = json.at("unified").get<std::string>();
  place.unified_mount = json.at("unifiedMount").get<std::string>();
  place.scope = json.at("scope").get<std::string>();
  place.user_manager = json.at("userManager").get<bool>();
  place.parents = json.at("parents").get<std::vector<std::string>>();
  return place;
}

}  // namespace refrun
