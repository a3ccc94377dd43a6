#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/bundle/config.h"
#include "harness/observe/cgroup.h"
#include "harness/runtime/container.h"

namespace runproof {

inline constexpr std::int64_t kMiB = std::int64_t{1} << 20;

/// Faults: the runtime does not see one member of linux.resources.
inline constexpr auto kNoMemory = "config:drop:/linux/resources/memory";
inline constexpr auto kNoCpu = "config:drop:/linux/resources/cpu";
inline constexpr auto kNoPids = "config:drop:/linux/resources/pids";
inline constexpr auto kNoBlockIo = "config:drop:/linux/resources/blockIO";
inline constexpr auto kNoUnified = "config:drop:/linux/resources/unified";

/// A container that only waits, under one member of linux.resources: limited("/memory/limit", 64 * kMiB).
[[nodiscard]] Config limited(std::string_view pointer, Json value);

/// The group that init of a created container is in, in the hierarchy of `controller`. Throws CaseFailed where there is
/// none.
[[nodiscard]] Cgroup group_of(const Container& box, std::string_view controller);
/// What a control file ("memory.max") of that group says. Throws CaseFailed where it is not there.
[[nodiscard]] std::string control(const Container& box, std::string_view file);
/// Creates the container and reads a control file; "refused" where the runtime would not, which must leave nothing.
[[nodiscard]] std::string control_or_refused(Container& box, std::string_view file);

/// Writes a control file of each group that has it. Throws Broken where none has.
void set_control(const std::vector<Cgroup>& groups, const std::string& file, const std::string& value);

/// The CPUs that a process may run on, "0-3", as the kernel says. Throws CaseFailed where there is no such process.
[[nodiscard]] std::string allowed_cpus(pid_t pid);

/// A whole disk of this machine, which rates can be set for. Throws Broken where it has none.
struct Disk {
  std::int64_t major = 0;
  std::int64_t minor = 0;
  [[nodiscard]] std::string text() const;  ///< "254:0"
  /// {"major": …, "minor": …, member: value}
  [[nodiscard]] Json with(std::string_view member, std::int64_t value) const;
};
[[nodiscard]] Disk some_disk();

/// The first size of huge pages that this machine has, "2MB". Throws Broken where it has none.
[[nodiscard]] std::string hugepage_size();

}  // namespace runproof
