#include "harness/registry/selection.h"

#include <algorithm>
#include <random>

#include "base/text.h"

namespace runproof {
namespace {

bool clause_matches(std::string_view glob, std::string_view clause) {
  if (base::glob_match(glob, clause)) return true;
  return clause.starts_with(glob) && clause.substr(glob.size()).starts_with('#');
}

bool has_tag(const Case& one, std::string_view tag) {
  return std::ranges::find(one.info.tags, tag) != one.info.tags.end();
}

/// An empty list restricts nothing.
template <typename List, typename Predicate>
bool any_or_empty(const List& list, Predicate fits) {
  return list.empty() || std::ranges::any_of(list, fits);
}

bool in_profile(const Case& one, std::optional<Profile> profile) {
  return !profile || one.info.profile == In::both || (one.info.profile == In::spec_only) == (profile == Profile::spec);
}

bool fits(const Case& one, const Selection& wanted) {
  return in_profile(one, wanted.profile) &&
         any_or_empty(wanted.ids, [&](const auto& glob) { return id_matches(glob, one.id); }) &&
         any_or_empty(wanted.clauses, [&](const auto& glob) { return clause_matches(glob, one.info.clause); }) &&
         any_or_empty(wanted.levels, [&](Level level) { return level == one.info.level; }) &&
         any_or_empty(wanted.tags, [&](const auto& tag) { return has_tag(one, tag); });
}

/// Fisher-Yates by hand: std::shuffle may give another order with another library, and a seed must mean the same
/// everywhere.
void shuffle(std::vector<const Case*>& cases, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  for (std::size_t left = cases.size(); left > 1; --left) std::swap(cases[left - 1], cases[random() % left]);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

}  // namespace

bool id_matches(std::string_view glob, std::string_view id) {
  if (base::glob_match(glob, id)) return true;
  if (!id.starts_with(glob)) return false;
  const char next = id[glob.size()];
  return glob.find('.') == std::string_view::npos ? next == '.' : next == '/';
}

std::vector<const Case*> select_cases(std::span<const Case> cases, const Selection& selection) {
  std::vector<const Case*> chosen;
  for (const Case& one : cases) {
    if (fits(one, selection)) chosen.push_back(&one);
  }
  std::ranges::sort(chosen, {}, [](const Case* one) -> const std::string& { return one->id; });
  std::vector<const Case*> mine;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const auto turn = static_cast<int>(i % static_cast<std::size_t>(selection.shard.count));
    if (turn == selection.shard.index - 1) mine.push_back(chosen[i]);
  }
  if (selection.seed) shuffle(mine, *selection.seed);
  return mine;
}

std::vector<std::string> unknown_entries(std::span<const Case> cases, const Selection& selection) {
  std::vector<std::string> unknown;
  const auto collect = [&](const std::vector<std::string>& entries, auto matches) {
    for (const std::string& entry : entries) {
      if (std::ranges::none_of(cases, [&](const Case& one) { return matches(entry, one); })) unknown.push_back(entry);
    }
  };
  collect(selection.ids, [](const std::string& glob, const Case& one) { return id_matches(glob, one.id); });
  collect(selection.clauses,
          [](const std::string& glob, const Case& one) { return clause_matches(glob, one.info.clause); });
  collect(selection.tags, [](const std::string& tag, const Case& one) { return has_tag(one, tag); });
  return unknown;
}

std::vector<std::string> similar_ids(std::span<const Case> cases, std::string_view wanted) {
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const Case& one : cases) {
    const std::size_t distance = edit_distance(wanted, one.id);
    if (distance <= std::max<std::size_t>(3, wanted.size() / 3)) ranked.emplace_back(distance, one.id);
  }
  std::ranges::sort(ranked);
  std::vector<std::string> best;
  for (const auto& [distance, id] : ranked) {
    if (best.size() < 3) best.push_back(id);
  }
  return best;
}

}  // namespace runproof
