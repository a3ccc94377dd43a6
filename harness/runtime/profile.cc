#include "harness/runtime/profile.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.h"
#include "harness/runtime/adapters/adapters.h"

namespace runproof {
namespace {

using base::Json;

/// Where in `features` a feature's answer stands: a boolean, or (`in_list`) an array that must hold the rest of its
/// name.
struct Place {
  std::string_view feature;
  std::string_view pointer;
  bool in_list = false;
};

constexpr std::array kPlaces = {
    Place{"hook.", "/hooks", true},
    Place{"mount_option.", "/mountOptions", true},
    Place{"namespace.", "/linux/namespaces", true},
    Place{"capability.", "/linux/capabilities", true},
    Place{"seccomp.action.", "/linux/seccomp/actions", true},
    Place{"seccomp.operator.", "/linux/seccomp/operators", true},
    Place{"seccomp.arch.", "/linux/seccomp/archs", true},
    Place{"seccomp.flag.", "/linux/seccomp/supportedFlags", true},
    Place{"memory_policy.mode.", "/linux/memoryPolicy/modes", true},
    Place{"memory_policy.flag.", "/linux/memoryPolicy/flags", true},
    Place{"seccomp", "/linux/seccomp/enabled"},
    Place{"apparmor", "/linux/apparmor/enabled"},
    Place{"selinux", "/linux/selinux/enabled"},
    Place{"cgroup.v1", "/linux/cgroup/v1"},
    Place{"cgroup.v2", "/linux/cgroup/v2"},
    Place{"cgroup.systemd", "/linux/cgroup/systemd"},
    Place{"cgroup.systemd_user", "/linux/cgroup/systemdUser"},
    Place{"cgroup.rdma", "/linux/cgroup/rdma"},
    Place{"intel_rdt", "/linux/intelRdt/enabled"},
    Place{"intel_rdt.schemata", "/linux/intelRdt/schemata"},
    Place{"intel_rdt.monitoring", "/linux/intelRdt/monitoring"},
    Place{"idmap", "/linux/mountExtensions/idmap/enabled"},
    Place{"net_devices", "/linux/netDevices/enabled"},
};

const Json* value_at(const Json& features, std::string_view pointer) {
  const Json::json_pointer where{std::string{pointer}};
  if (!features.contains(where)) return nullptr;
  const Json& value = features.at(where);
  return value.is_null() ? nullptr : &value;
}

/// features.md#specification-version.
std::optional<std::string> version_absent(const Json& features, std::string_view wanted) {
  const Json* newest = value_at(features, "/ociVersionMax");
  const std::vector<std::string_view> parts = base::split(wanted, '.');
  if (newest == nullptr || !newest->is_string() || parts.size() != 3) return std::nullopt;
  const auto number = [&parts](std::size_t at) { return static_cast<int>(base::to_number(parts[at]).value_or(0)); };
  if (!older_than(newest->get<std::string>(), number(0), number(1), number(2))) return std::nullopt;
  return "features/ociVersionMax is " + newest->get<std::string>() + ", which is before " + std::string{wanted};
}

/// features.md#unsafe-annotations-in-configjson: the annotations that change what a runtime does; one that ends in "."
/// is a prefix.
std::optional<std::string> annotation_absent(const Json& features, std::string_view wanted) {
  const Json* names = value_at(features, "/potentiallyUnsafeConfigAnnotations");
  if (names == nullptr || !names->is_array()) return std::nullopt;
  const bool there = std::ranges::any_of(*names, [wanted](const Json& each) {
    const std::string name = each.is_string() ? each.get<std::string>() : "";
    return name == wanted || (name.ends_with('.') && wanted.starts_with(name));
  });
  if (there) return std::nullopt;
  return "features/potentiallyUnsafeConfigAnnotations does not have " + std::string{wanted};
}

}  // namespace

std::optional<std::string> declared_absent(const Json& features, std::string_view feature) {
  constexpr std::string_view kVersion = "oci_version.";
  constexpr std::string_view kAnnotation = "annotation.";
  if (feature.starts_with(kVersion)) return version_absent(features, feature.substr(kVersion.size()));
  if (feature.starts_with(kAnnotation)) return annotation_absent(features, feature.substr(kAnnotation.size()));
  for (const Place& place : kPlaces) {
    const bool here = place.in_list ? feature.starts_with(place.feature) : feature == place.feature;
    if (!here) continue;
    const Json* value = value_at(features, place.pointer);
    if (value == nullptr) return std::nullopt;
    const std::string where = "features" + std::string{place.pointer};
    if (!place.in_list) {
      if (*value == false) return where + " is false";
      return std::nullopt;
    }
    const std::string wanted{feature.substr(place.feature.size())};
    if (!value->is_array() || std::ranges::find(*value, Json(wanted)) != value->end()) return std::nullopt;
    return where + " does not have " + wanted;
  }
  return std::nullopt;
}

}  // namespace runproof
