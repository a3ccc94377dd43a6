#include "harness/observe/descendants.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/text.h"
#include "harness/observe/process.h"
#include "harness/spawn/poll.h"

namespace runproof {
namespace {

bool is_subreaper() {
  int on = 0;
  return ::prctl(PR_GET_CHILD_SUBREAPER, &on) == 0 && on != 0;
}

}  // namespace

std::vector<pid_t> quick_children_of(pid_t pid) {
  std::vector<pid_t> children;
  for (const pid_t thread : threads_of(pid)) {
    const auto text = base::read_file_if_there(fmt::format("/proc/{}/task/{}/children", pid, thread));
    if (!text) return children_of(pid);
    for (const std::string_view word : base::words(*text)) {
      if (const auto child = base::to_number(word)) children.push_back(static_cast<pid_t>(*child));
    }
  }
  return children;
}

std::vector<pid_t> descendants_of(pid_t pid, const std::set<pid_t>& spared) {
  std::vector<pid_t> found;
  std::set<pid_t> seen = {pid};
  std::vector<pid_t> open = {pid};
  while (!open.empty()) {
    std::vector<pid_t> next;
    for (const pid_t parent : open) {
      for (const pid_t child : quick_children_of(parent)) {
        if (spared.contains(child) || !seen.insert(child).second) continue;
        found.push_back(child);
        next.push_back(child);
      }
    }
    open = std::move(next);
  }
  return found;
}

bool any_descendant_lives() {
  const std::vector<pid_t> all = descendants_of(getpid());
  return std::ranges::any_of(all, [](pid_t pid) {
    const auto stat = proc_stat(pid);
    return stat && (!stat->is_zombie() || stat->threads > 1);
  });
}

bool poll_while_any_lives(int fd, short events, base::Deadline deadline) {
  constexpr std::chrono::milliseconds kLook{50};
  while (!poll_until(fd, events, deadline.sooner(base::Deadline::in(kLook)))) {
    if (deadline.passed()) return false;
    if (!is_subreaper() || any_descendant_lives()) continue;
    return poll_until(fd, events, base::Deadline::in(kLook));  // the last of them may have done it as it ended
  }
  return true;
}

}  // namespace runproof
