#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/registry/registry.h"

namespace runproof {

/// One normative sentence of the runtime-spec, in words of our own: a line of cases/clauses.json.
struct Clause {
  std::string id;      ///< "runtime.md#kill/sends": the anchor and a word for the sentence
  std::string anchor;  ///< "runtime.md#kill", what CaseInfo::clause names
  Level level = Level::must;
  std::string since;  ///< first ociVersion in which it stands
  std::string text;
  std::vector<std::string> cases;  ///< that test it; one with values stands without its "/value"
};

/// The table that was built in. Parsed at the first call; throws std::runtime_error with the clause where a line is
/// wrong.
[[nodiscard]] const std::vector<Clause>& all_clauses();
/// The same of a text of one's own, in tests.
[[nodiscard]] std::vector<Clause> parse_clauses(std::string_view json);

/// The id without "/value", as Clause::cases has it.
[[nodiscard]] std::string_view without_value(std::string_view case_id);

/// What is wrong between clauses, cases and the reasons (clause ids) for MUST clauses without a case: one sentence
/// each.
[[nodiscard]] std::vector<std::string> clause_problems(std::span<const Clause> clauses, std::span<const Case> cases,
                                                       std::span<const std::string> excused);

/// docs/coverage.md: how many clauses of each level have a case, then every clause with its cases.
[[nodiscard]] std::string coverage_markdown(std::span<const Clause> clauses);

}  // namespace runproof
