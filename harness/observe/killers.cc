#include "harness/observe/killers.h"

#include <unistd.h>

#include <algorithm>
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
    return one.alive() && (std::ranges::find(ours, one.pid()) == ours.end() || one.doomed());
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
