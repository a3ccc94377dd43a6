#include "reference_runtime/cgroup/scope_annotations.h"

#include <fmt/format.h>

#include <charconv>
#include <limits>
#include <optional>

#include "base/text.h"
#include "reference_runtime/cgroup/cgroup.h"

namespace refrun {
namespace {

constexpr std::string_view kPrefix = "org.systemd.property.";
constexpr std::uint64_t kMicrosecondsPerSecond = 1'000'000;

[[noreturn]] void refuse(std::string_view text) {
  throw CgroupError(
      fmt::format("\"{}\" is no string, boolean, number or list of strings in GVariant's text form", text));
}

template <typename Number>
std::optional<Number> number(std::string_view digits) {
  Number value{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

template <typename Number>
Number number_or_refuse(std::string_view digits, std::string_view text) {
  const auto value = number<Number>(digits);
  if (!value) refuse(text);
  return *value;
}

bool is_quote(char c) { return c == '\'' || c == '"'; }

/// Takes a quoted string from the front of `rest`.
std::string take_string(std::string_view& rest, std::string_view text) {
  if (rest.empty() || !is_quote(rest.front())) refuse(text);
  const char quote = rest.front();
  std::string value;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == quote) {
      rest = base::trim(rest.substr(i + 1));
      return value;
    }
    if (rest[i] == '\\' && ++i == rest.size()) break;
    value += rest[i];
  }
  refuse(text);
}

std::vector<std::string> list(std::string_view text) {
  std::vector<std::string> values;
  std::string_view rest = base::trim(text.substr(1));
  while (!rest.starts_with(']')) {
    if (!values.empty()) {
      if (!rest.starts_with(',')) refuse(text);
      rest = base::trim(rest.substr(1));
    }
    values.push_back(take_string(rest, text));
  }
  if (rest != "]") refuse(text);
  return values;
}

UnitValue typed_number(std::string_view text) {
  const auto words = base::words(text);
  if (words.size() == 1) return number_or_refuse<std::int32_t>(words[0], text);
  if (words.size() != 2) refuse(text);
  if (words[0] == "int32") return number_or_refuse<std::int32_t>(words[1], text);
  if (words[0] == "uint32") return number_or_refuse<std::uint32_t>(words[1], text);
  if (words[0] == "int64") return number_or_refuse<std::int64_t>(words[1], text);
  if (words[0] == "uint64") return number_or_refuse<std::uint64_t>(words[1], text);
  refuse(text);
}

std::optional<std::uint64_t> whole_seconds(const UnitValue& value) {
  return std::visit(
      [](const auto& held) -> std::optional<std::uint64_t> {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_integral_v<Held> && !std::is_same_v<Held, bool>) {
          constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max() / kMicrosecondsPerSecond;
          if (std::cmp_greater_equal(held, 0) && std::cmp_less_equal(held, kMost))
            return static_cast<std::uint64_t>(held);
        }
        return std::nullopt;
      },
      value);
}

UnitProperty property(const std::string& name, std::string_view text) {
  UnitValue value = parse_unit_value(text);
  constexpr std::string_view kSeconds = "Sec";
  if (!name.ends_with(kSeconds) || name.ends_with("USec")) return {name, std::move(value)};
  const auto seconds = whole_seconds(value);
  if (!seconds) refuse(text);
  return {name.substr(0, name.size() - kSeconds.size()) + "USec", *seconds * kMicrosecondsPerSecond};
}

}  // namespace

UnitValue parse_unit_value(std::string_view text) {
  text = base::trim(text);
  if (text == "true" || text == "false") return text == "true";
  if (text.starts_with('[')) return list(text);
  if (text.empty() || !is_quote(text.front())) return typed_number(text);
  std::string_view rest = text;
  std::string value = take_string(rest, text);
  if (!rest.empty()) refuse(text);
  return value;
}

std::vector<UnitProperty> annotated_properties(const std::map<std::string, std::string>& annotations) {
  std::vector<UnitProperty> properties;
  for (const auto& [key, text] : annotations) {
    if (!key.starts_with(kPrefix) || key.size() == kPrefix.size()) continue;
    try {
      properties.push_back(property(key.substr(kPrefix.size()), text));
    } catch (const CgroupError& error) {
      throw CgroupError(fmt::format("annotation {}: {}", key, error.what()));
    }
  }
  return properties;
}

}  // namespace refrun
