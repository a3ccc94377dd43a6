#include "harness/run/descendants.h"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "base/file.h"
#include "base/text.h"
#include "harness/observe/process.h"

namespace runproof {

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

}  // namespace runproof
