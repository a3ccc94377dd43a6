#include "harness/observe/killers.h"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include "harness/observe/descendants.h"

namespace runproof {
namespace {

/// The file that a process runs, by the name it has (or had) there. "" for a zombie.
std::string program_of(pid_t pid) {
  constexpr std::string_view kRemoved = " (deleted)";
  std::string name = std::filesystem::path(link_of(pid, "exe").value_or("")).filename();
  if (name.ends_with(kRemoved)) name.resize(name.size() - kRemoved.size());
  return name;
}

/// Killed already, or ending by itself.
bool is_dying(pid_t pid) {
  constexpr Mask kKill = Mask{1} << (SIGKILL - 1);
  const std::vector<pid_t> threads = threads_of(pid);
  return std::ranges::any_of(threads, [pid](pid_t tid) {
    const auto status = thread_status(pid, tid);
    const auto stat = thread_stat(pid, tid);
    if (!status || !stat) return true;
    return ((status->pending | status->shared_pending) & kKill) != 0 || (stat->exiting && !stat->is_zombie());
  });
}

}  // namespace

Killers::Killers(const std::filesystem::path& victims_program, std::chrono::milliseconds settling)
    : victims_program_(victims_program.filename()), settling_(settling) {}

bool Killers::seen(std::span<const Mortal> awaited) const {
  const std::vector<pid_t> ours = descendants_of(getpid());
  const std::string own = program_of(getpid());
  if (std::ranges::any_of(ours, [&](pid_t pid) {
        const std::string program = program_of(pid);
        return !program.empty() && program != own && program != victims_program_;
      }))
    return true;
  return std::ranges::any_of(awaited, [&](const Mortal& one) {
    return one.alive() && (std::ranges::find(ours, one.pid()) == ours.end() || is_dying(one.pid()));
  });
}

bool Killers::none_left(std::span<const Mortal> awaited) {
  constexpr int kLooks = 5;  // on a slow machine `settling` alone may be over before the second
  if (seen(awaited)) {
    looks_ = 0;
    return false;
  }
  if (looks_++ == 0) settled_ = base::Deadline::in(settling_);
  return looks_ >= kLooks && settled_.passed();
}

}  // namespace runproof
