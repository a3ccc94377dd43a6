#include "reference_runtime/cgroup/sub_cgroup.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "reference_runtime/cgroup/cgroup.h"

namespace refrun {
namespace {

bool exists(const std::string& directory) { return ::access(directory.c_str(), F_OK) == 0; }

std::string below(const std::string& directory, std::string_view sub) {
  for (const std::string_view part : base::split(sub, '/'))
    if (part == "..") throw CgroupError("the name of a sub-cgroup must not contain \"..\"");
  std::string path = directory;
  for (const std::string_view part : base::split(sub, '/'))
    if (!part.empty()) path += "/" + std::string(part);
  return path;
}

void enter_everywhere(CgroupPlace& place, std::string_view sub) {
  bool found = false;
  const auto enter = [&](std::string& directory) {
    const std::string wanted = below(directory, sub);
    if (!exists(wanted)) return;
    directory = wanted;
    found = true;
  };
  for (auto& [controller, directory] : place.legacy) enter(directory);
  if (!place.unified.empty()) enter(place.unified);
  if (!found) throw CgroupError(fmt::format("there is no cgroup {} below {}", sub, place.path));
}

void enter_one(CgroupPlace& place, const std::string& controller, std::string_view sub) {
  const std::string old = place.legacy_directory(controller);
  if (old.empty()) throw CgroupError(fmt::format("there is no v1 hierarchy of the controller \"{}\"", controller));
  const std::string wanted = below(old, sub);
  if (!exists(wanted)) throw CgroupError(fmt::format("there is no cgroup {}", wanted));
  for (auto& [name, directory] : place.legacy)
    if (directory == old) directory = wanted;
}

/// Whether a line of /proc/PID/cgroup with these controllers is about that one.
bool is_line_of(std::string_view controllers, const std::string& controller) {
  const auto names = base::split(controllers, ',');
  return std::find(names.begin(), names.end(), controller) != names.end();
}

/// The mount point of a hierarchy, to which the container's path was added.
std::string mount_of(const std::string& directory, const CgroupPlace& place) {
  return directory.ends_with(place.path) ? directory.substr(0, directory.size() - place.path.size()) : directory;
}

}  // namespace

CgroupPlace sub_cgroup(const CgroupPlace& place, const std::vector<std::string>& words) {
  CgroupPlace entered = place;
  for (const std::string& word : words) {
    const auto colon = word.find(':');
    const std::string_view sub = std::string_view(word).substr(colon == std::string::npos ? 0 : colon + 1);
    if (colon == std::string::npos) {
      if (words.size() > 1) throw CgroupError("--cgroup without a controller can be given only once");
      enter_everywhere(entered, sub);
      continue;
    }
    const std::string controllers = word.substr(0, colon);
    if (controllers.empty()) throw CgroupError(fmt::format("--cgroup {} names no controller", word));
    for (const std::string_view controller : base::split(controllers, ','))
      enter_one(entered, std::string(controller), sub);
  }
  return entered;
}

CgroupPlace place_of_process(const CgroupPlace& place, pid_t pid) {
  CgroupPlace entered = place;
  const std::string text = base::read_file(fmt::format("/proc/{}/cgroup", pid));
  for (const std::string_view line : base::split(text, '\n')) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string_view::npos || second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const std::string path(line.substr(second + 1));
    if (controllers.empty() && !place.unified.empty()) entered.unified = place.unified_mount + path;
    for (auto& [controller, directory] : entered.legacy)
      if (is_line_of(controllers, controller)) directory = mount_of(place.legacy_directory(controller), place) + path;
  }
  return entered;
}

}  // namespace refrun
