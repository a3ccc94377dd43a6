#pragma once

#include <sys/types.h>

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/runtime/evidence.h"

namespace runproof {

/// Where a case, or a whole run, may have left something on this machine.
struct Traces {
  /// Of the names of its things: "rp-<run>-7" is also that of "rp-<run>-7-1", not of "rp-<run>-70". With a hyphen at
  /// its end, of everything that begins so.
  std::string prefix;
  /// Its directories: mounts at or below them are undone, then they are removed.
  std::vector<std::filesystem::path> directories;
  /// children: what is below this process, a subreaper, is its. everyone: whoever bears its name anywhere in /proc
  /// (slow).
  enum class Whose { children, everyone } whose = Whose::children;
  /// Also its cgroups, which may be anywhere: walks every hierarchy.
  bool cgroups = true;
  /// Children that are not its, with all below them.
  std::set<pid_t> spared = {};
};

/// whole: there should be nothing, so all that is found is a leftover. dying: processes that end within a moment are
/// none.
enum class Patience { none, dying };

/// Ends, unmounts and removes all of it: thaws and kills its cgroups, kills its processes, waits for their ends, and so
/// on down to its directories, which are no leftovers themselves. What it had to remove comes back, and what it could
/// not, with the reason.
[[nodiscard]] std::vector<Leftover> sweep(const Traces& traces, Patience patience);

/// Whether `name` belongs to what `prefix` (see Traces) names.
[[nodiscard]] bool bears(std::string_view name, std::string_view prefix);

}  // namespace runproof
