#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace runproof {

/// Versions that somebody means: comparisons that must all hold, as in ">=1.1 <1.2". A bare number means itself and all
/// below it: "1.1" is also 1.1.5. Versions are compared number by number; what follows the numbers ("+ds1", "-rc.2",
/// "-generic") does not count.
class VersionRange {
 public:
  /// nullopt for text that is no such thing, the empty one too.
  [[nodiscard]] static std::optional<VersionRange> parse(std::string_view text);

  [[nodiscard]] bool contains(std::string_view version) const;
  /// As it was written.
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  enum class Relation { below, at_most, at_least, above, within };
  struct Bound {
    Relation relation = Relation::within;
    std::vector<long long> version;
  };

  [[nodiscard]] static std::vector<long long> numbers_of(std::string_view version);
  [[nodiscard]] static bool holds(const Bound& bound, std::vector<long long> version);

  std::string text_;
  std::vector<Bound> bounds_;
};

}  // namespace runproof
