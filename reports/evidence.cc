#include "reports/evidence.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "reports/text.h"

namespace reports {
namespace {

bool says_something(const Command& command) {
  return command.timed_out || !command.signal.empty() || command.exit != 0 || !command.err.empty();
}

std::string indented(std::string_view text) {
  std::string out;
  for (const std::string_view line : base::split(base::trim(text), '\n')) out += fmt::format("  | {}\n", line);
  return out;
}

std::string attempt_text(const Result& result) {
  std::string out;
  if (message_adds(result)) out += fmt::format("message: {}\n", result.message);
  for (const Failure& failure : result.failures) {
    out += fmt::format("found: {}\n", finding(failure));
    if (!failure.expected.empty()) out += fmt::format("  expected: {}\n", failure.expected);
    if (!failure.actual.empty()) out += fmt::format("  actual: {}\n", failure.actual);
  }
  for (const Leftover& leftover : result.leftovers)
    out += fmt::format("left behind: {} {}\n", leftover.kind, leftover.what);
  for (const Survivor& survivor : result.diagnosis) out += fmt::format("still alive: {}\n", survivor_line(survivor));
  for (const Command& command : result.commands) {
    out += fmt::format("$ {}\n  {}, {}\n", base::shell_line(command.argv), ending(command), duration(command.took_ms));
    if (!command.out.empty()) out += "  stdout:\n" + indented(command.out);
    if (!command.err.empty()) out += "  stderr:\n" + indented(command.err);
    if (command.cut) out += "  (cut)\n";
  }
  for (const base::Json& operation : result.config_diff) out += fmt::format("config: {}\n", config_step(operation));
  if (!result.bundle.empty()) out += fmt::format("bundle kept: {}\n", result.bundle);
  return out;
}

}  // namespace

std::string ending(const Command& command) {
  if (command.timed_out) return "timed out";
  if (!command.signal.empty()) return "signal " + command.signal;
  return command.exit ? fmt::format("exit {}", *command.exit) : "not ended";
}

bool message_adds(const Result& result) {
  if (result.message.empty()) return false;
  if (result.failures.empty()) return true;
  const bool says_the_first_failure = result.outcome == Outcome::failed || result.outcome == Outcome::soft ||
                                      result.outcome == Outcome::info || result.outcome == Outcome::xfail;
  return !says_the_first_failure;
}

std::string finding(const Failure& failure) {
  const bool repeated = !failure.expected.empty() || !failure.actual.empty();
  return repeated ? failure.text.substr(0, failure.text.find("\nExpected: ")) : failure.text;
}

const Command* telling_command(const Result& result) {
  if (result.commands.empty()) return nullptr;
  const auto found = std::find_if(result.commands.rbegin(), result.commands.rend(), says_something);
  return found == result.commands.rend() ? &result.commands.back() : &*found;
}

const Command* counterpart(const Result& result, const Result& other) {
  const Command* telling = telling_command(result);
  if (telling == nullptr) return nullptr;
  const auto place = static_cast<std::size_t>(telling - result.commands.data());
  return place < other.commands.size() ? &other.commands[place] : nullptr;
}

std::string config_step(const base::Json& operation) {
  const auto member = [&](const char* name) {
    return operation.contains(name) && operation[name].is_string() ? operation[name].get<std::string>() : "";
  };
  std::string line = member("op") + " " + member("path");
  if (operation.contains("from")) line += " from " + member("from");
  if (operation.contains("value")) line += ": " + operation["value"].dump();
  return line;
}

std::string survivor_line(const Survivor& survivor) {
  std::vector<std::string> parts;
  std::string head;
  std::string tail;
  for (const auto& [name, value] : survivor) {
    if (name == "text") return value;
    if (value.empty()) continue;
    if (name == "pid")
      head = "pid " + value + head;
    else if (name == "name")
      head += " " + value;
    else if (name == "cmdline")
      tail = ": " + value;
    else
      parts.push_back(fmt::format("{} {}", name, value));
  }
  if (!head.empty()) parts.insert(parts.begin(), head);
  return base::join(parts, ", ") + tail;
}

std::string attempts_line(const CaseRun& run) {
  if (run.attempts.size() < 2) return {};
  constexpr std::size_t kMostNamed = 8;
  std::vector<std::string> parts;
  for (const Outcome outcome : kReadingOrder) {
    std::vector<std::string> numbers;
    for (const Result& attempt : run.attempts) {
      if (attempt.outcome == outcome) numbers.push_back(std::to_string(attempt.attempt));
    }
    if (numbers.empty()) continue;
    const std::size_t count = numbers.size();
    if (count > kMostNamed) {
      numbers.resize(kMostNamed);
      numbers.emplace_back("...");
    }
    parts.push_back(fmt::format("{} {} ({})", count, word(outcome), base::join(numbers, " ")));
  }
  return base::join(parts, ", ");
}

std::vector<const Result*> telling_attempts(const CaseRun& run) {
  std::vector<const Result*> all;
  for (const Result& attempt : run.attempts) {
    const bool seen = std::any_of(all.begin(), all.end(), [&](const Result* other) {
      return other->outcome == attempt.outcome && other->leak == attempt.leak;
    });
    if (!seen) all.push_back(&attempt);
  }
  return all;
}

std::string evidence_text(const CaseRun& run) {
  std::string out;
  if (run.attempts.size() > 1) out += fmt::format("attempts: {}\n", attempts_line(run));
  for (const Result* attempt : telling_attempts(run)) {
    if (run.attempts.size() > 1) out += fmt::format("attempt {}: {}\n", attempt->attempt, word(attempt->outcome));
    out += attempt_text(*attempt);
  }
  const Result& worst = run.worst();
  if (worst.expectation) {
    out += fmt::format("expectation: {} {}\n", worst.expectation->reason, worst.expectation->link);
  }
  if (!worst.rerun.empty()) out += fmt::format("run it again: {}\n", worst.rerun);
  return printable(out);
}

}  // namespace reports
