#include "reference_runtime/config/cpu_list.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace refrun {
namespace {

constexpr unsigned kHighest = 65535;

std::optional<unsigned> parse_number(std::string_view text) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > kHighest) return std::nullopt;
  return number;
}

}  // namespace

std::optional<std::vector<unsigned>> parse_number_list(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::vector<unsigned> numbers;
  for (const std::string_view part : base::split(text, ',')) {
    const auto dash = part.find('-');
    const auto first = parse_number(part.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_number(part.substr(dash + 1));
    if (!first || !last || *first > *last) return std::nullopt;
    for (unsigned number = *first; number <= *last; ++number) numbers.push_back(number);
    if (numbers.size() > std::size_t{2} * kHighest) return std::nullopt;  // "0-65535,0-65535,...": no list anyone means
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

}  // namespace refrun
