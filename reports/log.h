#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "reports/outcome.h"

/// The event log (docs/event-log.md), read whole and checked. Times are milliseconds; instants are RFC 3339 in UTC.
namespace reports {

/// Text that is not a whole event log. `what()` is "line 12: reason", or the reason alone where no line is to blame.
class LogError : public std::runtime_error {
 public:
  LogError(std::size_t line, const std::string& reason);
  /// Counts from 1; 0 when the log as a whole is at fault.
  [[nodiscard]] std::size_t line() const { return line_; }
  [[nodiscard]] const std::string& reason() const { return reason_; }

 private:
  std::size_t line_;
  std::string reason_;
};

struct Runtime {
  std::string path;
  std::string name;
  std::string version;
  std::string version_text;
  std::string sha256;
  std::string adapter;
};

struct Shard {
  int index = 1;
  int count = 1;
};

/// A case as the plan announces it.
struct CaseInfo {
  std::string id;
  std::string area;
  std::string level;
  std::string clause;
  std::string claim;
  std::vector<std::string> tags;
  std::vector<std::string> needs;
};

struct Header {
  std::string run_id;
  std::string started;
  std::string suite_name;
  std::string suite_version;
  std::string spec_version;
  Runtime runtime;
  std::string profile;
  std::string wait;
  std::string lane;
  bool rootless = false;
  bool stress = false;
  int jobs = 1;
  int repeat = 1;
  Shard shard;
  std::vector<std::string> argv;
  std::vector<CaseInfo> plan;
  std::size_t planned = 0;
  base::Json facts;
  /// The header's line as it was, unknown members included.
  base::Json raw;
};

struct Failure {
  std::string text;
  std::string expected;
  std::string actual;
};

/// One process of the runtime under test.
struct Command {
  std::vector<std::string> argv;
  std::optional<int> exit;
  std::string signal;
  bool timed_out = false;
  bool cut = false;
  double took_ms = 0;
  std::string out;
  std::string err;
};

struct Leftover {
  std::string kind;
  std::string what;
};

/// Who was still alive when a case ran out of time: the members of a `diagnosis` entry, in the log's words.
using Survivor = std::vector<std::pair<std::string, std::string>>;

struct Expectation {
  std::string reason;
  std::string link;
  /// What was seen, before the expectation had its say.
  std::string outcome;
  bool leak = false;
};

struct Result {
  int attempt = 1;
  Outcome outcome = Outcome::broken;
  bool leak = false;
  double at_ms = 0;
  double took_ms = 0;
  double runtime_ms = 0;
  std::string message;
  std::vector<Failure> failures;
  std::vector<Command> commands;
  /// RFC 6902 operations that make the suite's default config into the case's; null or empty when there are none.
  base::Json config_diff;
  std::vector<Leftover> leftovers;
  std::vector<Survivor> diagnosis;
  std::optional<Expectation> expectation;
  std::string bundle;
  std::string rerun;
};

/// A planned case and what its attempts gave: at least one.
struct CaseRun {
  CaseInfo info;
  std::vector<Result> attempts = {};

  /// All attempts combined: flaky where both outcomes were seen.
  [[nodiscard]] Outcome outcome() const;
  /// True where any attempt left something behind.
  [[nodiscard]] bool leak() const;
  /// Counts against the runtime: a red outcome, or a leak.
  [[nodiscard]] bool red() const { return is_red(outcome()) || leak(); }
  /// The attempt to show: the worst, the first of equals.
  [[nodiscard]] const Result& worst() const;
  /// Mean over the attempts.
  [[nodiscard]] double took_ms() const;
};

struct Log {
  Header header;
  /// In the order of the plan, one for each case with a result.
  std::vector<CaseRun> cases;
  /// Planned cases that an interrupted run did not come to; empty in a whole log.
  std::vector<CaseInfo> not_run;
  std::string ended;
  double wall_ms = 0;
  bool interrupted = false;

  /// By case (not by attempt); outcomes that did not occur are absent.
  [[nodiscard]] std::map<Outcome, std::size_t> counts() const;
  [[nodiscard]] std::size_t leaks() const;
  [[nodiscard]] std::size_t red() const;
  [[nodiscard]] const CaseRun* find(std::string_view id) const;
};

/// A log and what to call it in messages and column heads (its file's name, as a rule).
struct NamedLog {
  std::string name;
  Log log;
};

inline constexpr int kSchema = 1;

/// Reads and checks a log. Throws LogError for one that is empty, not JSON, not ours, newer than this program, without
/// a footer, with a case that was not planned, or with fewer or more results than planned. A run that was interrupted
/// is readable and marked: it may have fewer.
[[nodiscard]] Log parse_log(std::string_view text);

/// What `runproof run` and `report` exit with: 3 broken or interrupted, 1 a red case or a leak, 0 as expected.
[[nodiscard]] int exit_code(const Log& log);

/// "runc 1.1.5", as people call it.
[[nodiscard]] std::string runtime_title(const Header& header);

}  // namespace reports
