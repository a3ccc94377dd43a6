#include "reference_runtime/cgroup/oom_watch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "reference_runtime/cgroup/control_file.h"

namespace refrun {
namespace {

unsigned long long kills(const std::string& directory) {
  const auto text = read_keyed(directory, "memory.events", "oom_kill");
  return text ? static_cast<unsigned long long>(base::to_number(*text).value_or(0)) : 0;
}

}  // namespace

OomWatch::OomWatch(const CgroupPlace& place) : place_(place) {
  const std::string legacy = place_.legacy_directory("memory");
  if (!legacy.empty()) {
    legacy_ = true;
    control_ = base::open_file(legacy + "/memory.oom_control", O_RDONLY);
    fd_.reset(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd_.valid()) throw base::SysError("make an event descriptor");
    base::write_control(legacy + "/cgroup.event_control", fmt::format("{} {}", fd_.get(), control_.get()));
  } else if (control_exists(place_.unified, "memory.events")) {
    fd_ = base::open_file(place_.unified + "/memory.events", O_RDONLY);
    seen_ = kills(place_.unified);
  }
}

short OomWatch::events() const { return legacy_ ? POLLIN : POLLPRI; }

unsigned long long OomWatch::take() {
  if (legacy_) {
    eventfd_t count = 0;
    ::eventfd_read(fd_.get(), &count);
    // The kernel notifies of the cgroup's removal, too.
    return control_exists(place_.legacy_directory("memory"), "memory.oom_control") ? count : 0;
  }
  char buffer[256];
  [[maybe_unused]] const auto size = ::pread(fd_.get(), buffer, sizeof buffer, 0);  // re-arms the notification
  const auto now = kills(place_.unified);
  const auto fresh = now > seen_ ? now - seen_ : 0;
  seen_ = now > seen_ ? now : seen_;
  return fresh;
}

}  // namespace refrun
