#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/sys_error.h"
#include "harness/observe/wait.h"
#include "harness/spawn/poll.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;

/// Whether one of the events read from `watch` finishes the file: a mere creation does so only where nobody writes into
/// it.
bool finished_by_event(int watch, const fs::path& path) {
  alignas(inotify_event) char buffer[4096];
  bool finished = false;
  for (;;) {
    const ssize_t length = ::read(watch, buffer, sizeof buffer);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) return finished;
    if (length < 0) throw base::SysError("read inotify");
    for (ssize_t at = 0; at < length;) {
      inotify_event event = {};
      std::memcpy(&event, buffer + at, sizeof event);
      const char* const name = buffer + at + sizeof event;
      at += static_cast<ssize_t>(sizeof event + event.len);
      if (event.mask & IN_Q_OVERFLOW) finished = true;  // unknown: look at the file
      if (event.len == 0 || path.filename() != name) continue;
      std::error_code gone;
      finished |= (event.mask & IN_CREATE) == 0 || !fs::is_regular_file(fs::symlink_status(path, gone));
    }
  }
}

bool pleases(const fs::path& path, const std::function<bool(std::string_view)>& whole) {
  std::error_code gone;
  if (!fs::exists(fs::symlink_status(path, gone))) return false;
  if (!whole) return true;
  const auto text = base::read_file_if_there(path);
  return text && whole(*text);
}

}  // namespace

bool await_file(const fs::path& path, base::Deadline deadline, const std::function<bool(std::string_view)>& whole) {
  const fs::path directory = path.has_parent_path() ? path.parent_path() : ".";
  const base::UniqueFd watch(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!watch.valid()) throw base::SysError("inotify_init1");
  if (::inotify_add_watch(watch.get(), directory.c_str(), IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR) < 0)
    throw base::SysError("inotify_add_watch " + directory.string());

  if (pleases(path, whole)) return true;  // after the watch: nothing is missed in between
  while (poll_until(watch.get(), POLLIN, deadline))
    if (finished_by_event(watch.get(), path) && pleases(path, whole)) return true;
  return whole && pleases(path, whole);  // without it, a file that is there now may be half written
}

}  // namespace runproof
