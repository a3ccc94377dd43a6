#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace runproof {

/// Names one run on this machine, and says by itself whether that run still lives: the pid of its orchestrator, when
/// that process started, and in which PID namespace. Everything that a run makes (container ids, cgroups, scratch and
/// state directories) has a name that begins with `prefix()`, so a sweep needs no records to tell a dead run's things
/// from a live one's.
struct RunId {
  pid_t pid = 0;
  std::uint64_t start_time = 0;     ///< clock ticks since boot, /proc/PID/stat
  std::uint64_t pid_namespace = 0;  ///< the low 16 bits of its inode
  bool operator==(const RunId&) const = default;

  /// "1a2s3f9n1": lower-case letters and digits only, for it stands in container ids and cgroup names.
  [[nodiscard]] std::string text() const;
  /// "rp-1a2s3f9n1-".
  [[nodiscard]] std::string prefix() const;
};

/// Ours. Throws SysError where /proc is not there.
[[nodiscard]] RunId this_run();
/// From the text of a RunId; nullopt where it is none.
[[nodiscard]] std::optional<RunId> parse_run_id(std::string_view text);
/// From a name such as "rp-1a2s3f9n1-7": the run that made it. nullopt for any other name.
[[nodiscard]] std::optional<RunId> maker_of(std::string_view name);

/// dead: certain. foreign: of another PID namespace, where we cannot look; it is left alone.
enum class RunState { alive, dead, foreign };
[[nodiscard]] RunState state_of(const RunId& run);

}  // namespace runproof
