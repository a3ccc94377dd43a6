#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace refrun {

/// "512m", "1.5GiB", "4096", "-1" as bytes; units are powers of 1024, with or without "B" or "iB", in either case.
/// Throws std::invalid_argument.
[[nodiscard]] std::int64_t parse_bytes(std::string_view text);

/// "100ms", "1m30s", "1.5h": numbers with units ns, us, ms, s, m, h. Throws std::invalid_argument.
[[nodiscard]] std::chrono::nanoseconds parse_duration(std::string_view text);

}  // namespace refrun
