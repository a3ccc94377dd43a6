#include "harness/registry/version_range.h"

#include <algorithm>

#include "base/text.h"

namespace runproof {

std::vector<long long> VersionRange::numbers_of(std::string_view version) {
  std::vector<long long> numbers;
  version = version.substr(0, version.find_first_not_of("0123456789."));
  for (const std::string_view part : base::split(version, '.')) {
    const auto number = base::to_number(part);
    if (!number) break;
    numbers.push_back(*number);
  }
  return numbers;
}

std::optional<VersionRange> VersionRange::parse(std::string_view text) {
  VersionRange range;
  range.text_ = text;
  for (std::string_view word : base::words(text)) {
    Bound bound;
    for (const auto& [sign, relation] : {std::pair{"<=", Relation::at_most}, std::pair{">=", Relation::at_least},
                                         std::pair{"<", Relation::below}, std::pair{">", Relation::above}}) {
      if (!word.starts_with(sign)) continue;
      bound.relation = relation;
      word.remove_prefix(std::string_view(sign).size());
      break;
    }
    bound.version = numbers_of(word);
    if (word.empty() || word.find_first_not_of("0123456789.") != std::string_view::npos || bound.version.empty())
      return std::nullopt;
    range.bounds_.push_back(std::move(bound));
  }
  return range.bounds_.empty() ? std::nullopt : std::optional(range);
}

bool VersionRange::holds(const Bound& bound, std::vector<long long> version) {
  if (bound.relation == Relation::within) {
    return version.size() >= bound.version.size() &&
           std::equal(bound.version.begin(), bound.version.end(), version.begin());
  }
  std::vector<long long> other = bound.version;
  const std::size_t length = std::max(version.size(), other.size());
  version.resize(length);
  other.resize(length);
  switch (bound.relation) {
    case Relation::below:
      return version < other;
    case Relation::at_most:
      return version <= other;
    case Relation::at_least:
      return version >= other;
    default:
      return version > other;
  }
}

bool VersionRange::contains(std::string_view version) const {
  const std::vector<long long> numbers = numbers_of(version);
  return !numbers.empty() && std::ranges::all_of(bounds_, [&](const Bound& bound) { return holds(bound, numbers); });
}

}  // namespace runproof
