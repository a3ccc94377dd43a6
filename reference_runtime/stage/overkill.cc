#include "reference_runtime/stage/overkill.h"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "base/text.h"

namespace refrun {
namespace {

/// Calls `visit` with the pid of every process there is but ourselves and the first.
template <typename Visit>
void each_process(const Visit& visit) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename();
    const auto pid = base::to_number(name);
    if (pid && *pid > 1 && *pid != ::getpid()) visit(static_cast<pid_t>(*pid));
  }
}

std::string pid_namespace_of(const std::string& process) {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/" + process + "/ns/pid", error).string();
}

}  // namespace

void kill_session(pid_t pid) {
  const pid_t session = ::getsid(pid);
  if (session <= 1 || session == ::getsid(0)) return;
  each_process([&](pid_t other) {
    if (::getsid(other) == session) ::kill(other, SIGKILL);
  });
}

void kill_pid_namespace(pid_t pid) {
  const std::string wanted = pid_namespace_of(std::to_string(pid));
  if (wanted.empty() || wanted == pid_namespace_of("self")) return;
  each_process([&](pid_t other) {
    if (pid_namespace_of(std::to_string(other)) == wanted) ::kill(other, SIGKILL);
  });
}

}  // namespace refrun
