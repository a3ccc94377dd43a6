#include "cases/support/event_stream.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>

#include "base/sys_error.h"
#include "harness/runtime/failure.h"
#include "harness/runtime/invoke.h"
#include "harness/spawn/poll.h"

namespace runproof {
namespace {

Running events_into(const base::UniqueFd& out, Container& box, const std::string& interval) {
  Command command = command_for(box.globals(), {"events", "--interval", interval, box.id()});
  command.stdout_fd = out.get();
  return Running(command);
}

}  // namespace

EventStream::EventStream(Container& box, const std::string& interval) : EventStream(base::make_pipe(), box, interval) {}

EventStream::EventStream(base::FdPair pipe, Container& box, const std::string& interval)
    : out_(std::move(pipe.first)), command_(events_into(pipe.second, box, interval)) {}

base::Json EventStream::await(const std::string& type, base::Deadline deadline) {
  for (std::string line = next_line(deadline); !line.empty(); line = next_line(deadline)) {
    base::Json event = base::Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (event.is_discarded()) throw CaseFailed("events printed what is no JSON: " + line);
    if (event.value("type", "") == type) return event;
  }
  throw CaseFailed("events printed no event of type " + type + "\n  its stderr: " + command_.err_so_far());
}

std::string EventStream::next_line(base::Deadline deadline) {
  for (;;) {
    if (const auto end = unread_.find('\n'); end != std::string::npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      return line;
    }
    std::array<char, 4096> part{};
    if (!poll_until(out_.get(), POLLIN, deadline)) return {};
    const ssize_t got = ::read(out_.get(), part.data(), part.size());
    if (got <= 0) return {};
    unread_.append(part.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace runproof
