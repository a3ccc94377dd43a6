#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/sys_error.h"
#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/cgroup/control_file.h"
#include "reference_runtime/cgroup/devices.h"

namespace refrun {
namespace {

struct DeviceNumber {
  std::int64_t major;
  std::int64_t minor;  // -1: all
};

// null, zero, full, random, urandom, tty, console, ptmx, pts
constexpr std::array kDefaults{DeviceNumber{1, 3}, DeviceNumber{1, 5}, DeviceNumber{1, 7},
                               DeviceNumber{1, 8}, DeviceNumber{1, 9}, DeviceNumber{5, 0},
                               DeviceNumber{5, 1}, DeviceNumber{5, 2}, DeviceNumber{136, -1}};

bool names_all(const DeviceRule& rule) { return rule.type == 'a' && !rule.major && !rule.minor; }
bool has_every_access(const DeviceRule& rule) {
  return rule.access.empty() || std::all_of(std::begin("rwm"), std::end("rwm") - 1,
                                            [&](char c) { return rule.access.find(c) != std::string::npos; });
}

std::string number_or_star(const std::optional<std::int64_t>& number) { return number ? std::to_string(*number) : "*"; }

}  // namespace

std::vector<DeviceRule> with_default_devices(const std::vector<DeviceRule>& rules) {
  std::vector<DeviceRule> all;
  for (const DeviceRule& rule : rules) {
    all.push_back(rule);
    if (rule.allow || !names_all(rule)) continue;
    for (const DeviceNumber& number : kDefaults) {
      DeviceRule supplied{.allow = true, .type = 'c', .major = number.major, .minor = std::nullopt, .access = "rwm"};
      if (number.minor >= 0) supplied.minor = number.minor;
      all.push_back(supplied);
    }
  }
  return all;
}

std::vector<std::pair<std::string, std::string>> device_lines(const std::vector<DeviceRule>& rules) {
  std::vector<std::pair<std::string, std::string>> lines;
  for (const DeviceRule& rule : rules) {
    const std::string file = rule.allow ? "devices.allow" : "devices.deny";
    const std::string access = rule.access.empty() ? "rwm" : rule.access;
    if (names_all(rule) && has_every_access(rule)) {
      lines.emplace_back(file, "a");
      continue;
    }
    // "a" makes the kernel ignore what follows it: less than everything must be said for each type.
    for (const char type : std::string(rule.type == 'a' ? "bc" : std::string(1, rule.type)))
      lines.emplace_back(
          file, fmt::format("{} {}:{} {}", type, number_or_star(rule.major), number_or_star(rule.minor), access));
  }
  return lines;
}

void restrict_devices(const CgroupPlace& place, const std::vector<DeviceRule>& rules) {
  if (rules.empty()) return;
  const std::vector<DeviceRule> all = with_default_devices(rules);
  const std::string legacy = place.legacy_directory("devices");
  if (!legacy.empty()) {
    for (const auto& [file, line] : device_lines(all)) {
      const int error = try_write_control(legacy, file, line);
      if (error != 0) throw CgroupError(fmt::format("write \"{}\" to {}: {}", line, file, base::errno_name(error)));
    }
  } else if (!place.unified.empty()) {
    attach_device_program(place.unified, device_program(all));
  } else {
    throw CgroupError("linux.resources.devices needs a devices controller or a unified cgroup hierarchy");
  }
}

}  // namespace refrun
