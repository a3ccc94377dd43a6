#include "harness/registry/registry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

namespace runproof {
namespace {

using Expand = std::function<std::vector<Case>()>;

/// Made on first use, because registrars of other files may run before anything of this one.
std::vector<Expand>& registered() {
  static std::vector<Expand> list;
  return list;
}

void check_name(const Case& one) {
  const std::string_view name = one.name;
  const auto slash = name.find('/');
  const bool good = is_case_word(one.area) && is_case_word(name.substr(0, slash)) &&
                    (slash == std::string_view::npos || is_case_word(name.substr(slash + 1)));
  if (!good) throw std::logic_error("case " + one.id + ": names are words of [a-z0-9_]");
}

}  // namespace

Registrar::Registrar(Expand expand) { registered().push_back(std::move(expand)); }

std::vector<Case> expand_cases(std::span<const Expand> list) {
  std::vector<Case> cases;
  for (const Expand& expand : list) {
    for (Case& one : expand()) {
      check_name(one);
      cases.push_back(std::move(one));
    }
  }
  std::ranges::sort(cases, {}, &Case::id);
  const auto twin = std::ranges::adjacent_find(cases, {}, &Case::id);
  if (twin != cases.end()) {
    throw std::logic_error("two cases are called " + twin->id + ": " + std::string{twin->file} + ":" +
                           std::to_string(twin->line) + " and " + std::string{std::next(twin)->file} + ":" +
                           std::to_string(std::next(twin)->line));
  }
  return cases;
}

const std::vector<Case>& all_cases() {
  static const std::vector<Case> cases = expand_cases(registered());
  return cases;
}

const Case* find_case(std::string_view id) {
  const auto& cases = all_cases();
  const auto found = std::ranges::lower_bound(cases, id, {}, [](const Case& one) { return std::string_view{one.id}; });
  return found != cases.end() && found->id == id ? &*found : nullptr;
}

}  // namespace runproof
