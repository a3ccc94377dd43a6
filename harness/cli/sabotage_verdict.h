#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "harness/registry/registry.h"

namespace runproof {

/// What became of the cases, once with a sound runtime and then under its faults.
class SabotageVerdict {
 public:
  /// What the runtime can be told to do wrong.
  struct Faults {
    std::set<std::string> listed;  ///< each is to be caught by a case
    std::set<std::string>
        arguments;  ///< those of a kind that takes an argument, as cases name them: not for their own sake
  };

  /// `whole`: all cases take part, so a fault that none of them catches is a finding.
  SabotageVerdict(Faults faults, bool whole) : faults_(std::move(faults)), whole_(whole) {}

  /// The result of a case without any fault.
  void sound(const Case& one, const base::Json& result);
  /// Its result under a fault.
  void faulted(const Case& one, const std::string& fault, const base::Json& result);

  /// Whether it makes sense to try this case's faults here: it passes without them, or the sound runtime declines what
  /// it is about, which a fault may change.
  [[nodiscard]] bool triable(const Case& one) const { return passed(one) || declined_.contains(one.id); }
  /// Whether the runtime can be told to do this.
  [[nodiscard]] bool known(std::string_view fault) const;
  /// One sentence each; none: every fault is caught and every case is proven, as far as this host and this runtime let
  /// them be tried.
  [[nodiscard]] std::vector<std::string> findings() const;
  /// Fault by fault, which cases caught it; then the cases, and the faults, that could not be tried here.
  [[nodiscard]] std::string table() const;
  /// How many cases are proven, excused and untried, and how many faults are caught: one line for each.
  [[nodiscard]] std::string summary() const;

 private:
  /// Faults that nothing caught, though a case that could not be tried here names them.
  [[nodiscard]] std::map<std::string, std::set<std::string>> named_by_untried() const;
  [[nodiscard]] bool passed(const Case& one) const { return passed_.contains(one.id); }
  [[nodiscard]] bool caught(const std::string& fault) const { return caught_by_.contains(fault); }
  [[nodiscard]] bool excused(const Case& one) const;

  Faults faults_;
  bool whole_;
  std::vector<const Case*> cases_;
  std::set<std::string> passed_;
  std::set<std::string> declined_;                          ///< unsupported by the sound runtime
  std::map<std::string, std::string> untried_;              ///< case: why
  std::map<std::string, std::set<std::string>> caught_by_;  ///< fault: cases
  std::map<std::string, std::set<std::string>> red_under_;  ///< case: faults
  std::vector<std::string> findings_;
};

}  // namespace runproof
