#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/registry/case_info.h"

namespace testing {
class Test;
}

namespace runproof {

/// One case. Its id, `area.name` or `area.name/value`, is its name in every tool.
struct Case {
  std::string id;
  std::string area;
  std::string name;  ///< with "/value"
  CaseInfo info;
  std::string_view file;  ///< where it is written
  int line = 0;
  std::function<std::unique_ptr<testing::Test>()> make;
};

/// Every case linked in, by id. Built at the first call; throws std::logic_error where two have the same id or a value
/// is no word of [a-z0-9_].
[[nodiscard]] const std::vector<Case>& all_cases();
/// nullptr when there is none.
[[nodiscard]] const Case* find_case(std::string_view id);

/// Puts cases into the list before main. `expand` is called once, later, so it may use constants of other files.
struct Registrar {
  explicit Registrar(std::function<std::vector<Case>()> expand);
};

/// all_cases for a list of one's own, in tests: expands, checks and sorts. Throws std::logic_error.
[[nodiscard]] std::vector<Case> expand_cases(std::span<const std::function<std::vector<Case>()>> registered);

/// A word of [a-z0-9_]: a hyphen would mean "exclude" in --gtest_filter.
[[nodiscard]] constexpr bool is_case_word(std::string_view word) {
  for (const char c : word) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  }
  return !word.empty();
}

}  // namespace runproof
