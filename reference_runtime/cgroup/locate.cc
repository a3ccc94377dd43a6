#include <fmt/format.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/cgroup/mounts.h"
#include "reference_runtime/cgroup/systemd_scope.h"

namespace refrun {
namespace {

/// "/a//b/./c/" as "/a/b/c".
std::string normalised(std::string_view path) {
  std::string plain;
  for (const std::string_view part : base::split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == "..") throw CgroupError(fmt::format("cgroupsPath {} must not contain \"..\"", path));
    plain += '/';
    plain += part;
  }
  return plain;
}

/// Where a caller without privilege may make cgroups: below its own, if that was delegated to it.
std::string own_unified_path() {
  const std::string text = base::read_file("/proc/self/cgroup");
  for (const std::string_view line : base::split(text, '\n'))
    if (line.starts_with("0::")) return std::string(line.substr(3));
  return "/";
}

/// The cgroup that the user's own service manager was given: "/user.slice/user-1000.slice/user@1000.service".
std::string user_manager_path() {
  const std::string own = own_unified_path();
  const std::string manager = fmt::format("/user@{}.service", ::geteuid());
  const auto found = own.find(manager);
  if (found != std::string::npos) return own.substr(0, found + manager.size());
  return fmt::format("/user.slice/user-{}.slice{}", ::geteuid(), manager);
}

// config-linux.md#cgroups-path: absolute is below the mount point; relative below a place of the runtime's choice,
// which is the same one, or the caller's own cgroup where it is not root.
std::string path_of(const CgroupRequest& request, const CgroupMounts& mounts) {
  const std::string wanted = request.path.value_or("");
  if (wanted.starts_with('/')) return normalised(wanted);
  const std::string name = wanted.empty() ? "refrun-" + request.id : wanted;
  const bool may_create = mounts.unified.empty() || ::access(mounts.unified.c_str(), W_OK) == 0;
  const std::string above = request.privilege == Privilege::rootless && !may_create ? own_unified_path() : "";
  return normalised(above + "/" + name);
}

void add_missing_parents(const std::string& mount, const std::string& directory, std::vector<std::string>& parents) {
  for (std::size_t end = directory.rfind('/'); end > mount.size(); end = directory.rfind('/', end - 1)) {
    const std::string parent = directory.substr(0, end);
    if (::access(parent.c_str(), F_OK) == 0) return;
    parents.push_back(parent);
  }
}

}  // namespace

CgroupPlace Cgroup::locate(const CgroupRequest& request) {
  const CgroupMounts mounts = read_cgroup_mounts();
  CgroupPlace place;
  place.mode = mounts.mode();
  if (request.systemd) {
    const SystemdScope scope = parse_scope(request);
    place.scope = scope.unit;
    place.user_manager = request.privilege == Privilege::rootless;
    place.path = (place.user_manager ? user_manager_path() : "") + slice_path(scope.slice) + "/" + scope.unit;
  } else {
    place.path = path_of(request, mounts);
  }
  if (place.path.empty()) throw CgroupError("cgroupsPath must not be the root of the hierarchy");
  for (const auto& [controller, point] : mounts.legacy) place.legacy.emplace(controller, point + place.path);
  if (!mounts.unified.empty()) place.unified = mounts.unified + place.path;
  place.unified_mount = mounts.unified;
  for (const std::string& directory : place.directories())
    add_missing_parents(directory.substr(0, directory.size() - place.path.size()), directory, place.parents);
  return place;
}

}  // namespace refrun
