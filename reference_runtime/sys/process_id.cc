#include "reference_runtime/sys/process_id.h"

#include <fmt/format.h>

#include "base/deadline.h"
#include "base/file.h"
#include "base/pidfd.h"
#include "base/text.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

/// What follows the command name in /proc/PID/stat, cut at spaces: [0] is the state, [19] the start time.
std::vector<std::string_view> stat_fields(std::string_view stat) {
  const auto after_name = stat.rfind(')');
  return after_name == std::string_view::npos ? std::vector<std::string_view>{}
                                              : base::words(stat.substr(after_name + 1));
}

}  // namespace

std::optional<std::uint64_t> start_time_of(pid_t pid) {
  const auto stat = base::read_file_if_there(fmt::format("/proc/{}/stat", pid));
  if (!stat) return std::nullopt;
  const auto fields = stat_fields(*stat);
  if (fields.size() < 20) return std::nullopt;
  const auto ticks = base::to_number(fields[19]);
  return ticks ? std::optional<std::uint64_t>(static_cast<std::uint64_t>(*ticks)) : std::nullopt;
}

ProcessId identify(pid_t pid) { return {.pid = pid, .start_time = start_time_of(pid).value_or(0)}; }

std::optional<base::UniqueFd> open_if_running(const ProcessId& process) {
  if (process.pid <= 0) return std::nullopt;
  auto pidfd = base::open_pidfd(process.pid);
  if (!pidfd) return std::nullopt;
  // The order matters: with the pidfd in hand, a matching start time proves that the pidfd is of that process.
  if (start_time_of(process.pid) != process.start_time && !fault("pid_reuse_ignored")) return std::nullopt;
  if (base::wait_ended(*pidfd, base::Deadline::in(std::chrono::nanoseconds(0))) && !fault("state_zombie_runs")) {
    return std::nullopt;
  }
  return pidfd;
}

std::string describe_process(pid_t pid) {
  const auto stat = base::read_file_if_there(fmt::format("/proc/{}/stat", pid));
  if (!stat) return fmt::format("{} (gone)", pid);
  const auto open = stat->find('(');
  const auto close = stat->rfind(')');
  const auto fields = stat_fields(*stat);
  if (open == std::string::npos || close == std::string::npos || fields.empty()) return std::to_string(pid);
  return fmt::format("{} ({}, state {})", pid, stat->substr(open + 1, close - open - 1), fields[0]);
}

}  // namespace refrun
