#include "harness/run/event_log.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys_error.h"

namespace runproof {

EventLog::EventLog(const std::filesystem::path& file) : memory_(memfd_create("event-log", MFD_CLOEXEC)) {
  if (!memory_.valid()) throw base::SysError("memfd_create");
  if (!file.empty()) file_ = base::open_file(file, O_WRONLY | O_CREAT | O_TRUNC);
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
