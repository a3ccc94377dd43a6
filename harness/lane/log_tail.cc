#include "harness/lane/log_tail.h"

#include <fcntl.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys_error.h"

namespace runproof {

LogTail::LogTail(std::filesystem::path file)
    : file_(std::move(file)), inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  if (!inotify_.valid()) throw base::SysError("inotify_init1");
  if (::inotify_add_watch(inotify_.get(), file_.parent_path().c_str(), IN_CREATE | IN_MODIFY | IN_MOVED_TO) < 0)
    throw base::SysError("inotify_add_watch " + file_.parent_path().string());
}

std::string LogTail::take() {
  char events[4096];
  while (::read(inotify_.get(), events, sizeof events) > 0) {
  }
  if (!log_.valid()) log_.reset(::open(file_.c_str(), O_RDONLY | O_CLOEXEC));
  return log_.valid() ? base::read_all(log_.get()) : std::string();
}

}  // namespace runproof
