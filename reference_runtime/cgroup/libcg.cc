#include "reference_runtime/cgroup/libcg.h"

#include <libcgroup.h>

#include <cerrno>
#include <cstdarg>
#include <memory>

namespace refrun::libcg {
namespace {

struct Free {
  void operator()(cgroup* group) const { cgroup_free(&group); }
};
using Group = std::unique_ptr<cgroup, Free>;

void say_nothing(void* /*data*/, int /*level*/, const char* /*format*/, va_list /*arguments*/) {}

int initialise() {
  static const int error = [] {
    cgroup_set_logger(say_nothing, CGROUP_LOG_ERROR,
                      nullptr);  // it would write to stderr; we report what failed ourselves
    return cgroup_init();
  }();
  return error;
}

/// What libcgroup's error means as errno.
int errno_of(int error) {
  switch (error) {
    case 0:
      return 0;
    case ECGOTHER:
      return cgroup_get_last_errno() != 0 ? cgroup_get_last_errno() : EIO;
    case ECGROUPNOTOWNER:
    case ECGROUPNOTALLOWED:
      return EACCES;
    case ECGROUPNOTEXIST:
    case ECGROUPVALUENOTEXIST:
      return ENOENT;
    case ECGROUPNOTMOUNTED:
    case ECGROUPSUBSYSNOTMOUNTED:
      return ENODEV;
    default:
      return EINVAL;
  }
}

}  // namespace

int set(const std::string& path, const std::string& controller, const std::string& file, const std::string& value) {
  if (const int error = initialise(); error != 0) return errno_of(error);
  const Group group(cgroup_new_cgroup(path.c_str()));
  cgroup_controller* const settings = group ? cgroup_add_controller(group.get(), controller.c_str()) : nullptr;
  if (settings == nullptr) return ENOMEM;
  const int added = cgroup_set_value_string(settings, file.c_str(), value.c_str());
  return errno_of(added != 0 ? added : cgroup_modify_cgroup(group.get()));
}

}  // namespace refrun::libcg
