#pragma once

#include <filesystem>
#include <string>

#include "reports/log.h"

namespace runproof {

/// The text of a log; "-" is standard input. Throws UsageError naming the file.
[[nodiscard]] std::string read_log_text(const std::filesystem::path& file);
/// Read and checked. Throws UsageError naming file, line and reason.
[[nodiscard]] reports::NamedLog read_log(const std::filesystem::path& file);

}  // namespace runproof
