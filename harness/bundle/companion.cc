#include "harness/bundle/companion.h"

#include <system_error>

namespace runproof {

namespace fs = std::filesystem;

fs::path own_program() { return fs::read_symlink("/proc/self/exe"); }

fs::path companion(std::string_view name, const fs::path& program) {
  const fs::path folder = program.parent_path();
  const fs::path installed = folder.parent_path() / "libexec" / "runproof" / name;
  std::error_code unreadable;
  const bool beside = fs::exists(folder / name, unreadable);
  return !beside && fs::exists(installed, unreadable) ? installed : folder / name;
}

}  // namespace runproof
