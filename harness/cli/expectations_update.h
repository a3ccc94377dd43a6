#pragma once

#include <set>
#include <string>
#include <vector>

#include "harness/registry/expectations.h"
#include "reports/log.h"

namespace runproof {

/// What begins the reason of an entry that an update made: nobody has looked into it.
inline constexpr std::string_view kUnexplained = "not looked into: ";

/// Facts of a run that a new entry is bound to: any of "version", "cgroup", "kernel", "lane".
using Bounds = std::set<std::string>;

struct ExpectationsUpdate {
  Expectations expectations;
  std::vector<std::string> changes;  ///< a line each: what was added, changed, dropped, and what stays red
};

/// Makes expectations fit what a log saw. What is red and not expected gets an entry; an entry that expects something
/// else gets what was seen, and keeps its reason; one whose case passed goes, and so does one that fits none of
/// `cases`. Entries that do not hold in the log's setting, or whose cases were not run, stay as they are, and so do
/// expired ones. The log may have been made with these expectations or without. Sorted by id.
[[nodiscard]] ExpectationsUpdate update_expectations(const Expectations& before, const reports::Log& log,
                                                     std::span<const Case> cases, const Bounds& bounds);

/// That in which a log was made.
[[nodiscard]] Setting setting_of(const reports::Log& log);

}  // namespace runproof
