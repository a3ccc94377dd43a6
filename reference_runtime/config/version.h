#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace refrun {

/// The newest runtime-spec that refrun implements: 1.kNewestMinor.
inline constexpr unsigned kNewestMinor = 3;
inline constexpr std::string_view kSpecVersion = "1.3.0";

struct Version {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned patch = 0;
  std::string pre_release;  // "rc.1", "dev"
};

/// Reads a version as SemVer 2.0.0 defines it, build metadata included; nullopt for anything else.
[[nodiscard]] std::optional<Version> parse_version(std::string_view text);

}  // namespace refrun
