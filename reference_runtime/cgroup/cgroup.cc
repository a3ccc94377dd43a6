#include "reference_runtime/cgroup/cgroup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/scope_exit.h"
#include "base/sys_error.h"
#include "reference_runtime/cgroup/apply.h"
#include "reference_runtime/cgroup/control_file.h"
#include "reference_runtime/cgroup/devices.h"
#include "reference_runtime/cgroup/freezer.h"
#include "reference_runtime/cgroup/hierarchy.h"
#include "reference_runtime/cgroup/members.h"
#include "reference_runtime/cgroup/systemd_scope.h"
#include "reference_runtime/cgroup/update.h"

namespace refrun {
namespace {

bool is_denied(int error) { return error == EACCES || error == EPERM || error == EROFS; }

/// Two containers in one cgroup could not be told apart: a kill would end both.
void refuse_unfit(const CgroupPlace& place) {
  const bool exists = ::access(main_directory(place).c_str(), F_OK) == 0;
  if (!exists) return;
  if (is_cgroup_frozen(place)) throw CgroupError(fmt::format("cgroup {} exists and is frozen", place.path));
  const auto pids = list_processes(place);
  if (!pids.empty())
    throw CgroupError(
        fmt::format("cgroup {} exists and has {} processes, {} among them", place.path, pids.size(), pids.front()));
}

void forget_directory(CgroupPlace& place, const std::string& directory) {
  std::erase_if(place.legacy, [&](const auto& entry) { return entry.second == directory; });
  if (place.unified == directory) place.unified.clear();
}

void create_legacy_all(CgroupPlace& place, Privilege privilege) {
  for (const std::string& directory : place.legacy_directories()) {
    // Controllers that are mounted together share the directory; cpuset has more to do than the others.
    const auto shares = [&](const auto& entry) { return entry.second == directory; };
    const bool cpuset = place.legacy_directory("cpuset") == directory;
    const std::string controller =
        cpuset ? "cpuset" : std::find_if(place.legacy.begin(), place.legacy.end(), shares)->first;
    const int error = create_legacy(place, controller);
    if (error == 0) continue;
    if (privilege == Privilege::full || !is_denied(error)) throw base::SysError("create cgroup " + directory, error);
    forget_directory(place, directory);
  }
}

void create_unified_if_allowed(CgroupPlace& place, Privilege privilege) {
  if (place.unified.empty()) return;
  try {
    create_unified(place);
  } catch (const base::SysError& error) {
    if (privilege == Privilege::full || !is_denied(error.error())) throw;
    forget_directory(place, place.unified);
  }
}

}  // namespace

Cgroup::Cgroup(CgroupPlace place) : place_(std::move(place)) {}

Cgroup Cgroup::begin(const CgroupRequest& request, CgroupPlace place) {
  refuse_unfit(place);
  if (place.scope.empty()) create_unified_if_allowed(place, request.privilege);
  return Cgroup(std::move(place));
}

void Cgroup::complete(const CgroupRequest& request) {
  create_legacy_all(place_, request.privilege);
  if (request.resources) apply_resources(place_, *request.resources);
  if (!request.path.value_or("").empty() && place_.directories().empty())
    throw CgroupError(fmt::format("cgroupsPath {}: no permission to make it in any hierarchy", *request.path));
  if (request.delegation && place_.mode == CgroupMode::v2 && !place_.unified.empty())
    delegate(place_.unified, *request.delegation);
}

Cgroup Cgroup::create(const CgroupRequest& request, CgroupPlace place) {
  if (!place.scope.empty())
    throw CgroupError("systemd makes a scope only around a process: begin(), adopt_init(), complete()");
  refuse_unfit(place);
  base::ScopeExit undo([whole = place] {
    try {
      Cgroup(whole).remove(base::Deadline::in(std::chrono::seconds(1)));
    } catch (const std::exception&) {
      // The error that led here is the one to report.
    }
  });
  Cgroup cgroup(std::move(place));
  create_unified_if_allowed(cgroup.place_, request.privilege);
  cgroup.complete(request);
  undo.release();
  return cgroup;
}

Cgroup Cgroup::open(CgroupPlace place) { return Cgroup(std::move(place)); }

bool Cgroup::is_gone() const {
  const auto directories = place_.directories();
  return std::none_of(directories.begin(), directories.end(),
                      [](const std::string& directory) { return ::access(directory.c_str(), F_OK) == 0; });
}

Cgroup Cgroup::below(const std::string& name) const {
  if (name.find("..") != std::string::npos) throw CgroupError("the name of a sub-cgroup must not contain \"..\"");
  CgroupPlace place = place_;
  place.path += "/" + name;
  place.parents.clear();
  for (auto& [controller, directory] : place.legacy) directory += "/" + name;
  if (!place.unified.empty()) place.unified += "/" + name;
  for (const std::string& directory : place.directories())
    if (::access(directory.c_str(), F_OK) != 0) forget_directory(place, directory);
  if (place.directories().empty()) throw CgroupError(fmt::format("there is no cgroup {}", place.path));
  return Cgroup(std::move(place));
}

std::optional<int> Cgroup::clone_target() {
  if (place_.unified.empty()) return std::nullopt;
  if (!place_.scope.empty() && ::access(place_.unified.c_str(), F_OK) != 0) return std::nullopt;
  if (!unified_fd_.valid()) unified_fd_.reset(::open(place_.unified.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!unified_fd_.valid()) throw base::SysError("open " + place_.unified);
  return unified_fd_.get();
}

std::vector<base::UniqueFd> Cgroup::join_targets() const {
  std::vector<base::UniqueFd> targets;
  for (const std::string& directory : place_.legacy_directories()) {
    targets.emplace_back(::open((directory + "/tasks").c_str(), O_WRONLY | O_CLOEXEC));
    if (!targets.back().valid()) throw base::SysError("open " + directory + "/tasks");
  }
  return targets;
}

void Cgroup::attach(pid_t pid) const {
  for (const std::string& directory : place_.directories()) {
    const int error = try_write_control(directory, "cgroup.procs", std::to_string(pid));
    if (error != 0) throw base::SysError(fmt::format("move process {} to {}", pid, directory), error);
  }
}

void Cgroup::finish(const Resources& resources, Privilege privilege) const {
  apply_pids_limit(place_, resources);
  if (privilege == Privilege::full) restrict_devices(place_, resources.devices);
}

void Cgroup::update(const Resources& asked, Privilege privilege) const {
  const Resources resources = with_current_values(place_, asked);
  check_memory_usage(place_, resources);
  // systemd writes the limits too, and rounds: the files have the last word.
  if (!place_.scope.empty()) set_scope(place_, resources);
  apply_resources(place_, resources);
  finish(resources, privilege);
}

void Cgroup::freeze(base::Deadline deadline) const { freeze_cgroup(place_, deadline); }
void Cgroup::thaw(base::Deadline deadline) const { thaw_cgroup(place_, deadline); }
bool Cgroup::is_frozen() const { return is_cgroup_frozen(place_); }

int join_cgroups(const int* targets, std::size_t count) noexcept {
  for (std::size_t i = 0; i < count; ++i)
    if (::write(targets[i], "0", 1) < 0) return errno;
  return 0;
}

}  // namespace refrun
