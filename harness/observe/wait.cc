#include "harness/observe/wait.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/sys_error.h"
#include "harness/observe/pause.h"
#include "harness/spawn/poll.h"

namespace runproof {
namespace {

/// kernfs tells pollers of a change, but not of the group's removal: that is looked for.
constexpr std::chrono::milliseconds kRemovalLook{100};

/// A v2 events file. Reading it through one descriptor arms poll(2), which answers POLLPRI once it has changed since
/// (kernfs).
class EventsFile {
 public:
  explicit EventsFile(const Cgroup& cgroup) {
    try {
      fd_ = base::open_file(cgroup.dir / "cgroup.events", O_RDONLY);
    } catch (const base::SysError& error) {
      if (error.error() != ENOENT && error.error() != ENODEV) throw;
    }
  }

  /// The line "name value" as it is now; nullopt where the group has gone.
  [[nodiscard]] std::optional<bool> has(std::string_view line) const {
    char text[512];
    const ssize_t length = fd_.valid() ? ::pread(fd_.get(), text, sizeof text, 0) : -1;
    if (length < 0) return std::nullopt;
    return std::string_view(text, static_cast<std::size_t>(length)).find(line) != std::string_view::npos;
  }

  /// Waits for the line to be there. nullopt where the group goes, or has gone.
  [[nodiscard]] std::optional<bool> await(std::string_view line, base::Deadline deadline) const {
    for (;;) {
      const auto there = has(line);
      if (!there || *there) return there;
      const bool woken = poll_until(fd_.get(), POLLPRI, deadline.sooner(base::Deadline::in(kRemovalLook)));
      if (!woken && deadline.passed()) return has(line);
    }
  }

 private:
  base::UniqueFd fd_;
};

/// v1 tells no event: look, pause, look again.
bool await_v1(base::Deadline deadline, const std::function<bool()>& holds) {
  Pause pause;
  do {
    if (holds()) return true;
  } while (pause.next(deadline));
  return false;
}

}  // namespace

bool await_unpopulated(const Cgroup& cgroup, base::Deadline deadline) {
  if (!cgroup.v2) return await_v1(deadline, [&] { return !cgroup.populated(); });
  return EventsFile(cgroup).await("populated 0", deadline).value_or(true);
}

bool await_frozen(const Cgroup& cgroup, base::Deadline deadline) {
  if (!cgroup.v2) return cgroup.frozen() && await_v1(deadline, [&] { return cgroup.frozen().value_or(false); });
  return EventsFile(cgroup).await("frozen 1", deadline).value_or(false);
}

bool await_thawed(const Cgroup& cgroup, base::Deadline deadline) {
  if (!cgroup.v2)
    return cgroup.frozen() && await_v1(deadline, [&] { return cgroup.read("freezer.state") == "THAWED"; });
  return EventsFile(cgroup).await("frozen 0", deadline).value_or(false);
}

}  // namespace runproof
