#include "harness/registry/clauses.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>

#include "base/json.h"

namespace runproof {

/// cases/clauses.json, compiled in (clauses_json.cc.in).
extern const std::string_view kClausesJson;

namespace {

Clause parse_clause(const base::Json& line) {
  const std::string id = line.value("id", "");
  try {
    const auto level = level_from(line.at("level").get<std::string>());
    if (!level) throw std::runtime_error{"no such level"};
    return {id,
            line.at("clause").get<std::string>(),
            *level,
            line.at("since").get<std::string>(),
            line.at("text").get<std::string>(),
            line.at("cases").get<std::vector<std::string>>()};
  } catch (const std::exception& error) {
    throw std::runtime_error{fmt::format("clauses.json: {}: {}", id, error.what())};
  }
}

/// Levels that stand for a word of the spec: their cases belong to a clause of that level.
bool of_the_spec(Level level) {
  return level == Level::must || level == Level::should || level == Level::may || level == Level::descr;
}

}  // namespace

const std::vector<Clause>& all_clauses() {
  static const std::vector<Clause> clauses = parse_clauses(kClausesJson);
  return clauses;
}

std::vector<Clause> parse_clauses(std::string_view json) {
  std::vector<Clause> clauses;
  for (const base::Json& line : base::parse_json(json)) clauses.push_back(parse_clause(line));
  return clauses;
}

std::string_view without_value(std::string_view case_id) { return case_id.substr(0, case_id.find('/')); }

std::vector<std::string> clause_problems(std::span<const Clause> clauses, std::span<const Case> cases,
                                         std::span<const std::string> excused) {
  std::vector<std::string> problems;
  std::set<std::string_view> anchors;
  std::set<std::string_view> ids;
  std::set<std::string_view> known;
  for (const Case& one : cases) known.insert(without_value(one.id));

  for (const Clause& clause : clauses) {
    anchors.insert(clause.anchor);
    if (!ids.insert(clause.id).second) problems.push_back(fmt::format("{}: listed twice", clause.id));
    if (!clause.id.starts_with(clause.anchor + "/"))
      problems.push_back(fmt::format("{}: does not begin with its clause {}", clause.id, clause.anchor));
    for (const std::string& id : clause.cases) {
      if (!known.contains(id)) problems.push_back(fmt::format("{}: there is no case {}", clause.id, id));
    }
    const bool is_excused = std::ranges::find(excused, clause.id) != excused.end();
    if (clause.level == Level::must && clause.cases.empty() && !is_excused)
      problems.push_back(fmt::format("{}: a MUST without a case and without a reason", clause.id));
    if (!clause.cases.empty() && is_excused)
      problems.push_back(fmt::format("{}: has a case, so its reason is stale", clause.id));
  }
  for (const std::string& id : excused) {
    if (!ids.contains(id) && id.find('#') != std::string::npos)
      problems.push_back(fmt::format("{}: a reason for a clause that is not there", id));
    if (known.contains(id)) problems.push_back(fmt::format("{}: a reason for not having a case that is there", id));
  }
  for (const Case& one : cases) {
    if (!anchors.contains(one.info.clause))
      problems.push_back(fmt::format("{}: {} is the anchor of no clause", one.id, one.info.clause));
    if (!of_the_spec(one.info.level)) continue;
    const auto lists = [&](const Clause& clause) {
      return std::ranges::find(clause.cases, without_value(one.id)) != clause.cases.end();
    };
    const auto fits = [&](const Clause& clause) {
      return lists(clause) && clause.level == one.info.level && clause.anchor == one.info.clause;
    };
    if (std::ranges::none_of(clauses, lists)) {
      problems.push_back(fmt::format("{}: listed under no clause", one.id));
    } else if (std::ranges::none_of(clauses, fits)) {
      problems.push_back(fmt::format("{}: listed under no clause of {} whose level is {}, as its own is", one.id,
                                     one.info.clause, to_text(one.info.level)));
    }
  }
  return problems;
}

}  // namespace runproof
