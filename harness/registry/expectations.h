#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "harness/registry/registry.h"
#include "harness/registry/version_range.h"

/// What a runtime is known to fail, and why (docs/expectations.md): a file for each runtime.
namespace runproof {

/// "2027-06-30".
[[nodiscard]] std::string day_text(std::chrono::year_month_day day);

/// What an expectation may depend on.
struct Setting {
  std::string version;  ///< of the runtime
  std::string cgroup;   ///< "v1", "hybrid", "v2"
  std::string kernel;   ///< uname -r
  std::string lane;
  std::chrono::year_month_day today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
};

/// Where an expectation holds. What is empty does not restrict.
struct Condition {
  std::optional<VersionRange> version;
  std::vector<std::string> cgroup;  ///< any of these
  std::optional<VersionRange> kernel;
  std::vector<std::string> lane;  ///< any of these
  [[nodiscard]] bool holds(const Setting& setting) const;
};

struct Expectation {
  std::string id;                  ///< of a case, or a glob, as in Selection
  std::set<std::string> outcomes;  ///< any of failed, timeout, soft, info, leak; or flaky alone: either end is known
  std::string reason;
  std::string link;
  Condition when;
  std::optional<std::chrono::year_month_day> expires;  ///< the last day on which it holds
  std::string place;                                   ///< "runc.json: /expectations/3"

  [[nodiscard]] bool expired(const Setting& setting) const { return expires && *expires < setting.today; }
};

/// A file that cannot be used. `what()` has a line for each problem, each with its place.
class ExpectationsError : public std::runtime_error {
 public:
  explicit ExpectationsError(const std::vector<std::string>& problems);
};

struct Expectations {
  std::string runtime;  ///< whose they are, as a log's header names it; empty: anybody's
  std::vector<Expectation> entries;

  /// `name` stands before each place. Throws ExpectationsError.
  [[nodiscard]] static Expectations parse(std::string_view text, const std::string& name);
  /// As it is written to a file.
  [[nodiscard]] std::string text() const;

  /// The one that speaks for a case: that with its very id before any glob, else the first in the file. nullptr for
  /// none.
  [[nodiscard]] const Expectation* of(std::string_view id, const Setting& setting) const;
  /// Entries that fit no case, or an outcome that no such case can have.
  [[nodiscard]] std::vector<std::string> misfits(std::span<const Case> cases) const;
  /// Entries that hold here and yet speak for no case, because others speak for all of theirs.
  [[nodiscard]] std::vector<std::string> idle(std::span<const Case> cases, const Setting& setting) const;
};

/// Turns a result event into what it is in the light of an expectation: as expected xfail, passed xpass; any other red
/// stays. One that has expired excuses nothing, and a pass is then xpass too. skipped, unsupported and broken say
/// nothing.
void apply(const Expectation& expectation, const Setting& setting, base::Json& result);

}  // namespace runproof
