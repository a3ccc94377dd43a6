#include <fmt/format.h>
#include <unistd.h>

#include "reference_runtime/cgroup/hierarchy.h"
#include "reference_runtime/cgroup/scope_annotations.h"
#include "reference_runtime/cgroup/systemd_scope.h"

namespace refrun {
namespace {

SystemdBus connect(const CgroupPlace& place) {
  return SystemdBus(place.user_manager ? SystemdBus::Manager::user : SystemdBus::Manager::system);
}

/// Where systemd itself makes the scope.
std::string scope_directory(const CgroupPlace& place) {
  return place.unified.empty() ? place.legacy_directory("name=systemd") : place.unified;
}

}  // namespace

void start_scope(const CgroupPlace& place, const CgroupRequest& request, pid_t init, base::Deadline deadline) {
  std::vector<UnitProperty> properties{{"Description", "container " + request.id},
                                       {"Slice", parse_scope(request).slice},
                                       {"PIDs", std::vector<std::uint32_t>{static_cast<std::uint32_t>(init)}},
                                       {"Delegate", true},
                                       {"DefaultDependencies", false},
                                       // One that has failed would stay, and its name with it.
                                       {"CollectMode", "inactive-or-failed"}};
  if (request.resources)
    for (UnitProperty& property : scope_properties(*request.resources, place.mode))
      properties.push_back(std::move(property));
  for (UnitProperty& property : annotated_properties(request.annotations)) properties.push_back(std::move(property));
  connect(place).start(place.scope, properties, deadline);
}

void set_scope(const CgroupPlace& place, const Resources& resources) {
  const auto properties = scope_properties(resources, place.mode);
  if (!properties.empty()) connect(place).set(place.scope, properties);
}

void stop_scope(const CgroupPlace& place, base::Deadline deadline) {
  // Once its last process has gone, systemd ends a scope by itself: without the directory there is nobody to ask.
  if (::access(scope_directory(place).c_str(), F_OK) == 0) connect(place).stop(place.scope, deadline);
}

void Cgroup::adopt_init(const CgroupRequest& request, pid_t init, base::Deadline deadline) {
  if (place_.scope.empty()) return;
  start_scope(place_, request, init, deadline);
  const std::string made = scope_directory(place_);
  if (::access(made.c_str(), F_OK) != 0)
    throw CgroupError(fmt::format("systemd started {}, but there is no {}", place_.scope, made));
  // systemd passes on only the controllers that it manages itself: not hugetlb, rdma and misc.
  if (place_.mode == CgroupMode::v2 && request.privilege == Privilege::full) create_unified(place_);
}

}  // namespace refrun
