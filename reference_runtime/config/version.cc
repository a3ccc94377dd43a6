#include "reference_runtime/config/version.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace refrun {
namespace {

/// "0" or a number without leading zeros.
std::optional<unsigned> parse_part(std::string_view text) {
  unsigned number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc() || stop != end || (text.size() > 1 && text.front() == '0'))
    return std::nullopt;
  return number;
}

bool is_identifier(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-") ==
                              std::string_view::npos;
}

bool is_number(std::string_view text) { return text.find_first_not_of("0123456789") == std::string_view::npos; }

/// Dot-separated identifiers. Numbers among them must not have leading zeros, but in build metadata.
bool are_identifiers(std::string_view text, bool leading_zeros) {
  if (text.empty() || text.back() == '.') return false;
  const auto parts = base::split(text, '.');
  return std::all_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return is_identifier(part) && (leading_zeros || !is_number(part) || part.size() == 1 || part.front() != '0');
  });
}

}  // namespace

std::optional<Version> parse_version(std::string_view text) {
  Version version;
  if (const auto plus = text.find('+'); plus != std::string_view::npos) {
    if (!are_identifiers(text.substr(plus + 1), /*leading_zeros=*/true)) return std::nullopt;
    text = text.substr(0, plus);
  }
  if (const auto dash = text.find('-'); dash != std::string_view::npos) {
    if (!are_identifiers(text.substr(dash + 1), /*leading_zeros=*/false)) return std::nullopt;
    version.pre_release = text.substr(dash + 1);
    text = text.substr(0, dash);
  }
  const auto parts = base::split(text, '.');
  if (parts.size() != 3) return std::nullopt;
  const auto major = parse_part(parts[0]);
  const auto minor = parse_part(parts[1]);
  const auto patch = parse_part(parts[2]);
  if (!major || !minor || !patch) return std::nullopt;
  version.major = *major;
  version.minor = *minor;
  version.patch = *patch;
  return version;
}

}  // namespace refrun
