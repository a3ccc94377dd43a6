#include "harness/cli/log_files.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sys_error.h"
#include "harness/cli/usage_error.h"

namespace runproof {

std::string read_log_text(const std::filesystem::path& file) {
  try {
    return file == "-" ? base::read_all(STDIN_FILENO) : base::read_file(file);
  } catch (const base::SysError& error) {
    throw UsageError(error.what());
  }
}

reports::NamedLog read_log(const std::filesystem::path& file) {
  try {
    return {.name = file.filename().string(), .log = reports::parse_log(read_log_text(file))};
  } catch (const reports::LogError& error) {
    throw UsageError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

}  // namespace runproof
