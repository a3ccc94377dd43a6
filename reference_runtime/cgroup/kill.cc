#include <poll.h>

#include <cerrno>
#include <csignal>

#include "base/pidfd.h"
#include "base/sys_error.h"
#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/cgroup/control_file.h"
#include "reference_runtime/cgroup/freezer.h"
#include "reference_runtime/cgroup/members.h"

namespace refrun {
namespace {

/// The v1 half: on a hybrid host someone may have been put there only.
CgroupPlace legacy_of(const CgroupPlace& place) {
  CgroupPlace legacy = place;
  legacy.unified.clear();
  return legacy;
}

/// Each file of cgroupfs that is opened waits its turn in the kernel, so as few as will do: nobody in v2's whole tree
/// by one, nobody in v1's freezer.
bool is_vacant(const CgroupPlace& place) {
  if (!place.unified.empty() && read_keyed(place.unified, "cgroup.events", "populated").value_or("0") != "0")
    return false;
  return place.legacy.empty() || list_processes(legacy_of(place)).empty();
}

/// cgroup.kill (Linux 5.14): the kernel reaches every process at once, frozen ones too, and nearly every fork in
/// flight: one whose parent gets the signal when copy_process() has looked for signals for the last time, but has not
/// put the child into the cgroup yet, can be missed (seen on Linux 6.18, once in 1,400 storms). False where there is no
/// such file.
bool kill_by_kernel(const CgroupPlace& place) {
  if (place.unified.empty()) return false;
  const int error = try_write_control(place.unified, "cgroup.kill", "1");
  if (error == 0 || error == ENODEV) return true;
  if (error == ENOENT) return !control_exists(place.unified, "cgroup.procs");  // gone altogether, or an older kernel
  throw base::SysError("write " + place.unified + "/cgroup.kill", error);
}

/// Signals everyone who is listed. How many took it.
int signal_members(const CgroupPlace& place, int signal) {
  int taken = 0;
  for (const base::UniqueFd& member : open_members(place))
    if (base::send_signal(member, signal)) ++taken;
  return taken;
}

/// Frozen, nobody can fork while the list is read, so one pass reaches all. A cgroup that does not freeze in time is
/// killed all the same; the caller's next pass catches who forked.
void kill_frozen(const CgroupPlace& place, base::Deadline deadline) {
  constexpr auto kPatience = std::chrono::milliseconds(100);
  try {
    freeze_cgroup(place, deadline.sooner(base::Deadline::in(kPatience)));
  } catch (const CgroupError&) {
  }
  (void)signal_members(place, SIGKILL);
  thaw_cgroup(place, deadline);
}

/// Waits until one of these has ended, or the deadline has come.
void wait_for_one(const std::vector<base::UniqueFd>& pidfds, base::Deadline deadline) {
  std::vector<pollfd> waits;
  waits.reserve(pidfds.size());
  for (const base::UniqueFd& pidfd : pidfds) waits.push_back({.fd = pidfd.get(), .events = POLLIN, .revents = 0});
  if (::poll(waits.data(), waits.size(), deadline.poll_timeout()) < 0 && errno != EINTR)
    throw base::SysError("poll pidfds");
}

/// v1 announces nothing: wait for the members themselves. The dead may stay listed for a moment, and have no pidfd
/// then.
bool wait_members(const CgroupPlace& place, base::Deadline deadline) {
  Pause pause;
  for (;;) {
    const auto pids = list_processes(place);
    if (pids.empty()) return true;
    if (deadline.passed()) return false;
    std::vector<base::UniqueFd> alive;
    for (const pid_t pid : pids) {
      auto pidfd = base::open_pidfd(pid);
      if (pidfd && !base::wait_ended(*pidfd, base::Deadline::in(std::chrono::nanoseconds(0))))
        alive.push_back(std::move(*pidfd));
    }
    if (alive.empty()) {
      (void)pause.wait(deadline);
    } else {
      wait_for_one(alive, deadline);
    }
  }
}

}  // namespace

void Cgroup::kill_all(base::Deadline deadline) const {
  if (is_vacant(place_)) return;
  Pause pause;
  do {
    if (!kill_by_kernel(place_)) {
      kill_frozen(place_, deadline);
    } else if (!place_.legacy.empty()) {
      // Who is frozen in a v1 hierarchy, or only there at all, the kernel's kill does not end.
      (void)signal_members(place_, SIGKILL);
      thaw_cgroup(place_, deadline);
    }
  } while (!wait_empty(base::Deadline::in(std::chrono::milliseconds(20)).sooner(deadline)) && pause.wait(deadline));
}

int Cgroup::signal_all(int signal) const { return signal_members(place_, signal); }

std::vector<pid_t> Cgroup::processes() const { return list_processes(place_); }

bool Cgroup::is_populated() const { return !is_vacant(place_); }

bool Cgroup::wait_empty(base::Deadline deadline) const {
  if (!place_.unified.empty() && !wait_event(place_.unified, "populated", "0", deadline)) return false;
  return place_.legacy.empty() || wait_members(legacy_of(place_), deadline);
}

}  // namespace refrun
