#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "harness/registry/outcome.h"
#include "harness/registry/registry.h"
#include "harness/registry/selection.h"
#include "harness/runtime/context.h"

namespace runproof {

/// The version of the runtime-spec that the cases are written against.
inline constexpr std::string_view kSpecVersion = "1.3.0";

/// What a log's header says beside what the context knows.
struct RunFacts {
  std::vector<const Case*> cases;  ///< each once, in the order of the run
  int repeat = 1;
  std::size_t jobs = 1;
  std::string lane = "host";
  bool rootless = false;
  bool stress = false;
  std::optional<std::uint64_t> seed = {};
  Shard shard = {};
  std::vector<std::string> argv = {};
};

/// The header event. Reads the whole runtime to name its SHA-256 ("" where sha256sum is not there).
[[nodiscard]] base::Json header_event(const Context& context, const RunFacts& run);
[[nodiscard]] base::Json start_event(const std::string& id, int attempt, double at_ms);

/// Adds up results for the footer and the exit code.
class Tally {
 public:
  void add(const base::Json& result);
  /// `interrupted`: fewer results than planned, because the run was broken off or ended early.
  [[nodiscard]] base::Json footer_event(double wall_ms, bool interrupted) const;

  [[nodiscard]] std::size_t of(Outcome outcome) const;
  /// Results that make a run red: a red outcome, or a leak.
  [[nodiscard]] std::size_t red() const { return red_; }
  [[nodiscard]] std::size_t reported() const { return reported_; }
  [[nodiscard]] std::size_t leaks() const { return leaks_; }

 private:
  std::map<Outcome, std::size_t> counts_;
  std::size_t leaks_ = 0;
  std::size_t red_ = 0;
  std::size_t reported_ = 0;
};

/// Now, as RFC 3339 in UTC, to the second.
[[nodiscard]] std::string now_text();

/// A case as the plan and `runproof list --json` name it: {id, area, level, clause, claim, needs, tags}.
[[nodiscard]] base::Json describe(const Case& one);

}  // namespace runproof
