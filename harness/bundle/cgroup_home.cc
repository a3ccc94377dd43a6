#include "harness/bundle/cgroup_home.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/json.h"
#include "harness/bundle/tenant.h"

namespace runproof {
namespace {

constexpr std::string_view kSlice = "system.slice";

CgroupDriver& the_driver() {
  static CgroupDriver driver = CgroupDriver::cgroupfs;
  return driver;
}

/// What systemd puts together again with a '-' between.
struct Unit {
  std::string_view prefix;
  std::string_view name;
};
Unit unit_of(std::string_view name) {
  const auto dash = name.find('-');
  if (dash == std::string_view::npos) return {.prefix = "rp", .name = name};
  return {.prefix = name.substr(0, dash), .name = name.substr(dash + 1)};
}

}  // namespace

CgroupDriver cgroup_driver() { return the_driver(); }
void set_cgroup_driver(CgroupDriver driver) { the_driver() = driver; }

std::string own_cgroups_path(std::string_view name) {
  if (const Tenant* owner = tenant()) return owner->cgroup.empty() ? "" : fmt::format("{}/{}", owner->cgroup, name);
  if (the_driver() == CgroupDriver::cgroupfs) return fmt::format("/{}", name);
  const Unit unit = unit_of(name);
  return fmt::format("{}:{}:{}", kSlice, unit.prefix, unit.name);
}

std::string own_cgroup(std::string_view name) {
  if (const Tenant* owner = tenant()) return fmt::format("{}/{}", owner->cgroup, name);
  if (the_driver() == CgroupDriver::cgroupfs) return fmt::format("/{}", name);
  const Unit unit = unit_of(name);
  return fmt::format("/{}/{}-{}.scope", kSlice, unit.prefix, unit.name);
}

bool wants_systemd(const std::filesystem::path& bundle) {
  if (the_driver() == CgroupDriver::cgroupfs || tenant() != nullptr) return false;
  const auto text = base::read_file_if_there(bundle / "config.json");
  const auto config = base::Json::parse(text.value_or(""), nullptr, /*allow_exceptions=*/false);
  if (!config.is_object() || !config.contains("linux") || !config["linux"].is_object()) return true;
  const auto& path = config["linux"].value("cgroupsPath", base::Json());
  return !path.is_string() || std::ranges::count(path.get<std::string>(), ':') == 2;
}

}  // namespace runproof
