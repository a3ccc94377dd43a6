#include "reference_runtime/cli/units.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <stdexcept>
#include <string>
#include <utility>

namespace refrun {
namespace {

constexpr double kMost = 9.2e18;  // of an int64

[[noreturn]] void refuse(std::string_view text, const char* wanted) {
  throw std::invalid_argument("\"" + std::string(text) + "\" is not " + wanted);
}

/// Takes a number without a sign off the front of `text`.
bool take_number(std::string_view& text, double& number) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front())) == 0) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

std::int64_t parse_bytes(std::string_view text) {
  constexpr const char* kWanted = "a size such as 4096, 512M or -1";
  if (text == "-1") return -1;
  std::string_view rest = text;
  double number = 0;
  if (!take_number(rest, number)) refuse(text, kWanted);
  std::string unit(rest);
  std::transform(unit.begin(), unit.end(), unit.begin(), [](unsigned char c) { return std::tolower(c); });
  if (unit.ends_with("ib") && unit.size() == 3) unit.resize(1);
  if (unit.ends_with('b')) unit.pop_back();
  constexpr std::string_view kUnits = "kmgtp";
  const auto power = unit.empty() ? 0 : kUnits.find(unit) + 1;
  if (unit.size() > 1 || (!unit.empty() && power == 0)) refuse(text, kWanted);
  for (std::size_t i = 0; i < power; ++i) number *= 1024;
  if (number > kMost) refuse(text, kWanted);
  return static_cast<std::int64_t>(number);
}

std::chrono::nanoseconds parse_duration(std::string_view text) {
  constexpr const char* kWanted = "a duration such as 100ms or 1m30s";
  // Longer names first: "ms" begins like "m".
  constexpr std::array<std::pair<std::string_view, double>, 6> kUnits{
      {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}}};
  std::string_view rest = text;
  double total = 0;
  if (rest.empty()) refuse(text, kWanted);
  while (!rest.empty()) {
    double number = 0;
    if (!take_number(rest, number)) refuse(text, kWanted);
    const auto unit =
        std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& each) { return rest.starts_with(each.first); });
    if (unit == kUnits.end()) refuse(text, kWanted);
    total += number * unit->second;
    rest.remove_prefix(unit->first.size());
  }
  if (total > kMost) refuse(text, kWanted);
  return std::chrono::nanoseconds(static_cast<std::int64_t>(total));
}

}  // namespace refrun
