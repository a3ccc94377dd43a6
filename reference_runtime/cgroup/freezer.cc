#include "reference_runtime/cgroup/freezer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/cgroup/control_file.h"
#include "reference_runtime/cgroup/mounts.h"

namespace refrun {
namespace {

bool has_line(std::string_view text, const std::string& line) {
  const auto lines = base::split(text, '\n');
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

void write_or_throw(const std::string& directory, const char* file, const char* value) {
  const int error = try_write_control(directory, file, value);
  if (error != 0 && error != ENOENT && error != ENODEV) throw base::SysError("write " + directory + "/" + file, error);
}

/// v1 says "FREEZING" until every process stands still, and some need to be told again when they were about to fork.
void await_legacy_state(const std::string& directory, const char* state, base::Deadline deadline) {
  Pause pause;
  for (;;) {
    write_or_throw(directory, "freezer.state", state);
    const auto now = read_control(directory, "freezer.state");
    if (!now || *now == state) return;
    if (!pause.wait(deadline)) throw CgroupError(fmt::format("{} is still {}, not {}", directory, *now, state));
  }
}

}  // namespace

bool wait_event(const std::string& directory, const std::string& key, const std::string& value,
                base::Deadline deadline) {
  const base::UniqueFd fd(::open((directory + "/cgroup.events").c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) {
    if (errno == ENOENT || errno == ENODEV) return true;
    throw base::SysError("open " + directory + "/cgroup.events");
  }
  for (;;) {
    std::array<char, 256> buffer{};
    const ssize_t size = ::pread(fd.get(), buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == ENODEV) return true;
    if (size < 0) throw base::SysError("read " + directory + "/cgroup.events");
    if (has_line(std::string_view(buffer.data(), static_cast<std::size_t>(size)), key + " " + value)) return true;
    pollfd wait{.fd = fd.get(), .events = POLLPRI, .revents = 0};
    const int ready = ::poll(&wait, 1, deadline.poll_timeout());
    if (ready < 0 && errno != EINTR) throw base::SysError("poll " + directory + "/cgroup.events");
    if (ready == 0 && deadline.passed()) return false;
  }
}

void freeze_cgroup(const CgroupPlace& place, base::Deadline deadline) {
  if (!place.unified.empty() && control_exists(place.unified, "cgroup.freeze")) {
    write_or_throw(place.unified, "cgroup.freeze", "1");
    if (!wait_event(place.unified, "frozen", "1", deadline)) throw CgroupError(place.unified + " does not freeze");
    return;
  }
  const std::string freezer = place.legacy_directory("freezer");
  if (freezer.empty()) throw CgroupError("no cgroup hierarchy here can freeze");
  await_legacy_state(freezer, "FROZEN", deadline);
}

void thaw_cgroup(const CgroupPlace& place, base::Deadline deadline) {
  if (!place.unified.empty() && control_exists(place.unified, "cgroup.freeze")) {
    write_or_throw(place.unified, "cgroup.freeze", "0");
    if (!wait_event(place.unified, "frozen", "0", deadline)) throw CgroupError(place.unified + " does not thaw");
  }
  const std::string freezer = place.legacy_directory("freezer");
  if (!freezer.empty() && read_control(freezer, "freezer.state").value_or("THAWED") != "THAWED")
    await_legacy_state(freezer, "THAWED", deadline);
}

bool is_cgroup_frozen(const CgroupPlace& place) {
  if (!place.unified.empty() && read_control(place.unified, "cgroup.freeze") == "1") return true;
  const std::string freezer = place.legacy_directory("freezer");
  return !freezer.empty() && read_control(freezer, "freezer.state").value_or("THAWED") != "THAWED";
}

std::string frozen_in(pid_t pid) {
  const CgroupMounts mounts = read_cgroup_mounts();
  const auto mount = mounts.legacy.find("freezer");
  const std::string groups = base::read_file_if_there(fmt::format("/proc/{}/cgroup", pid)).value_or("");
  if (mount == mounts.legacy.end()) return "";
  for (const std::string_view line : base::split(groups, '\n')) {  // "6:freezer:/path"
    const auto at = line.find(":freezer:");
    if (at == std::string_view::npos) continue;
    const std::string directory = mount->second + std::string(line.substr(at + std::string_view(":freezer:").size()));
    return read_control(directory, "freezer.state").value_or("THAWED") == "THAWED" ? "" : directory;
  }
  return "";
}

bool Pause::wait(base::Deadline deadline) {
  constexpr int kLongest = 16;
  if (deadline.passed()) return false;
  const int left = deadline.poll_timeout();
  (void)::poll(nullptr, 0, left < 0 ? next_ms_ : std::min(next_ms_, left));
  next_ms_ = std::min(next_ms_ * 2, kLongest);
  return true;
}

}  // namespace refrun
