#pragma once

#include <optional>
#include <string_view>

namespace refrun {

inline constexpr int kLastSignal = 64;  // SIGRTMAX, whatever the C library keeps for itself

/// "TERM", "SIGTERM", "sigterm", "15", "RTMIN+3", "SIGRTMAX-1" as a number, 0 included; nullopt for anything else.
[[nodiscard]] std::optional<int> parse_signal(std::string_view text);

}  // namespace refrun
