#include "reports/yaml.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/json.h"

namespace reports {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_plain(std::string_view text) {
  // Words that YAML 1.1 readers, still common, take for booleans or null.
  static constexpr std::array<std::string_view, 8> kReserved = {"true", "false", "yes", "no", "on", "off", "null", "y"};
  if (text.empty() || !is_letter(text.front()) || text.back() == ' ') return false;
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return is_letter(c) ? static_cast<char>(c | 0x20) : c; });
  if (lower == "n" || std::find(kReserved.begin(), kReserved.end(), lower) != kReserved.end()) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || std::string_view(" ._/+-").find(c) != std::string_view::npos;
  });
}

}  // namespace

std::string yaml_text(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  // YAML 1.2 takes JSON's strings as they are.
  return base::Json(text).dump(-1, ' ', /*ensure_ascii=*/false, base::Json::error_handler_t::replace);
}

}  // namespace reports
