#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "harness/registry/registry.h"

namespace runproof {

/// The word that stands for a value in a case id: the value itself, or its member `name`.
template <typename Value>
std::string value_word(const Value& value) {
  if constexpr (std::is_convertible_v<Value, std::string_view>) {
    return std::string{std::string_view{value}};
  } else {
    return std::string{value.name};
  }
}

}  // namespace runproof

/// Both macros register, and do nothing else. `Fixture` (harness/case.h) is what a body sees.
///
///   CONFORMANCE_CASE(kill, stopped, .clause = "runtime.md#kill", .claim = "...", .needs = {need::root}) { ... }
#define CONFORMANCE_CASE(area_, name_, ...)                                                                   \
  namespace {                                                                                                 \
  struct area_##_##name_##_case final : ::runproof::Fixture {                                                 \
    static ::runproof::CaseInfo info() { RUNPROOF_CASE_INFO(__VA_ARGS__); }                                   \
    void TestBody() override {                                                                                \
      guarded(info(), [this] { body(); });                                                                    \
    }                                                                                                         \
    void body();                                                                                              \
  };                                                                                                          \
  static_assert(::runproof::is_case_word(#area_) && ::runproof::is_case_word(#name_), "names are [a-z0-9_]"); \
  const ::runproof::Registrar area_##_##name_##_registered{[] {                                               \
    std::vector<::runproof::Case> cases;                                                                      \
    cases.push_back({#area_ "." #name_, #area_, #name_, area_##_##name_##_case::info(), __FILE__, __LINE__,   \
                     [] { return std::make_unique<area_##_##name_##_case>(); }});                             \
    return cases;                                                                                             \
  }};                                                                                                         \
  }                                                                                                           \
  void area_##_##name_##_case::body()

/// One case id per value: `area.name/word`. `values_` names a range that lives as long as the program; an element is a
/// text or has a member `name`. Inside the body the value is called `value_`:
///
///   constexpr std::string_view kWords[] = {"TERM", ...};
///   CONFORMANCE_CASE_FOR(kill, signal_name, word, kWords, .clause = ...) { ... word ... }
#define CONFORMANCE_CASE_FOR(area_, name_, value_, values_, ...)                                              \
  namespace {                                                                                                 \
  struct area_##_##name_##_case final : ::runproof::Fixture {                                                 \
    using Value = std::remove_cvref_t<decltype(*std::begin(values_))>;                                        \
    explicit area_##_##name_##_case(const Value& given) : value(given) {}                                     \
    static ::runproof::CaseInfo info() { RUNPROOF_CASE_INFO(__VA_ARGS__); }                                   \
    void TestBody() override {                                                                                \
      guarded(info(), [this] { body(value); });                                                               \
    }                                                                                                         \
    void body(const Value& value_);                                                                           \
    const Value& value;                                                                                       \
  };                                                                                                          \
  static_assert(::runproof::is_case_word(#area_) && ::runproof::is_case_word(#name_), "names are [a-z0-9_]"); \
  const ::runproof::Registrar area_##_##name_##_registered{[] {                                               \
    std::vector<::runproof::Case> cases;                                                                      \
    for (const auto& each : values_) {                                                                        \
      const std::string name = #name_ "/" + ::runproof::value_word(each);                                     \
      cases.push_back({#area_ "." + name, #area_, name, area_##_##name_##_case::info(), __FILE__, __LINE__,   \
                       [&each] { return std::make_unique<area_##_##name_##_case>(each); }});                  \
    }                                                                                                         \
    return cases;                                                                                             \
  }};                                                                                                         \
  }                                                                                                           \
  void area_##_##name_##_case::body(const Value& value_)

#define RUNPROOF_CASE_INFO(...)      \
  using enum ::runproof::Level;      \
  using enum ::runproof::In;         \
  namespace need = ::runproof::need; \
  return { __VA_ARGS__ }
