#include "harness/run/event_log.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>

#include "base/file.h"
#include "base/sys_error.h"

namespace runproof {
namespace {

/// Emptied only once it is ours. The lock (flock(2)) goes with the last process of this run that has the descriptor.
base::UniqueFd open_alone(const std::filesystem::path& file) {
  base::UniqueFd fd = base::open_file(file, O_WRONLY | O_CREAT);
  struct stat status = {};
  if (fstat(fd.get(), &status) != 0) throw base::SysError("stat " + file.string());
  if (!S_ISREG(status.st_mode)) return fd;
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    throw std::runtime_error(file.string() + ": another run is writing this log; give one of them another --log");
  if (ftruncate(fd.get(), 0) != 0) throw base::SysError("truncate " + file.string());
  return fd;
}

}  // namespace

EventLog::EventLog(const std::filesystem::path& file) : memory_(memfd_create("event-log", MFD_CLOEXEC)) {
  if (!memory_.valid()) throw base::SysError("memfd_create");
  if (!file.empty()) file_ = open_alone(file);
}

void EventLog::write(const base::Json& event) {
  const std::string line = event.dump(-1, ' ', false, base::Json::error_handler_t::replace) + "\n";
  base::write_all(memory_.get(), line);
  if (file_.valid()) base::write_all(file_.get(), line);
}

std::string EventLog::text() const {
  if (lseek(memory_.get(), 0, SEEK_SET) < 0) throw base::SysError("lseek in the event log");
  return base::read_all(memory_.get());
}

}  // namespace runproof
